/**
 * The tray of files on a text of staff, the paper clip, paste and drop.
 *
 * @import { Limits, Upload } from '../shared/uploads.js'
 * @import { Attached } from './attaching.js'
 */

import { ring } from '../shared/drop-ring.js';
import { icon } from '../shared/parts.js';
import { bytes, shortName } from '../shared/sizes.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';

/** @param {Attached} attached */
export function tray(attached) {
  const { list, fault } = attached;
  if (fault) return html`<p class="wrong" role="alert">${fault}</p>`;
  if (!list.length) return nothing;
  return html`<ul class="attached" aria-label="Attached">${repeat(
    list,
    ({ key }) => key,
    (upload) => file(upload, attached),
  )}</ul>`;
}

/** @param {Upload} upload @param {Attached} attached */
function file({ key, name, size, type, state, share, reason, again, preview }, attached) {
  return html`<li class=${state}>
      ${preview && !reason ? html`<img src=${preview} alt="" @error=${() => attached.unseen(key)}>` : icon(reason ? 'circle-alert' : type.startsWith('image/') ? 'image' : 'file-text')}
      <span class="what"><span class="name" dir="auto" title=${name}>${shortName(name)}</span>
${state === 'sending' ? html`<progress max="1" value=${share} aria-label=${`Uploading ${name}`}></progress>` : html`<small role=${reason ? 'alert' : nothing}>${reason || bytes(size)}</small>`}</span>
      ${again ? html`<button type="button" class="textbtn" @click=${() => attached.retry(key)}>Retry</button>` : nothing}
      <button type="button" class="icon-btn" aria-label=${`${state === 'sending' ? 'Cancel' : 'Remove'} ${name}`} @click=${() => attached.remove(key)}>${icon('x')}</button>
    </li>`;
}

/** The button that chooses files. @param {Attached} attached @param {Limits} limits @param {() => void} [after] the files were chosen */
export function clip(attached, limits, after = () => {}) {
  const picked = (/** @type {Event} */ { target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    attached.add(field.files ?? []);
    field.value = '';
    after();
  };
  const open = (/** @type {Event} */ { currentTarget }) =>
    /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (currentTarget).nextElementSibling).click();
  return html`<button type="button" class="icon-btn" aria-label="Attach a file" title=${`${limits.count} files, ${bytes(limits.size)} each`} @click=${open}>${icon('paperclip')}</button><input type="file" multiple hidden aria-label="Files" accept=${limits.types.join(',')} @change=${picked}>`;
}

/** Files may be dropped here. @param {DragEvent} event */
export function over(event) {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  ring(event, 'Drop to attach');
}

/** Takes the files that are pasted or dropped. @param {Attached} attached @returns {(event: ClipboardEvent|DragEvent) => void} */
export const taking = (attached) => (event) => {
  const files = ('clipboardData' in event ? event.clipboardData : event.dataTransfer)?.files;
  if (!files?.length) return;
  event.preventDefault();
  attached.add(files);
};
