/**
 * Files that go with the next message, with their progress or the reason why one is refused.
 *
 * @import { Upload, Uploads } from '../shared/uploads.js'
 */

import { icon } from '../shared/parts.js';
import { bytes, shortName } from '../shared/sizes.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { repeat } from '../shared/vendor/lit-lists.js';
import { t } from '../shared/words.js';

/** @param {Uploads} uploads */
export function tray(uploads) {
  const { list } = uploads;
  if (!list.length) return nothing;
  return html`<ul class="tray" aria-label=${t('Files for your next message')}>${repeat(
    list,
    ({ key }) => key,
    (upload) => html`<li>${upload.state === 'refused' ? refused(upload, uploads) : taken(upload, uploads)}</li>`,
  )}</ul>`;
}

/** @param {string} name */
const shown = (name) => html`<span class="name" dir="auto" title=${name}>${shortName(name)}</span>`;

/** @param {Upload} upload @param {Uploads} uploads */
function taken(upload, uploads) {
  const { key, name, size, type, share, state, preview } = upload;
  const sending = state === 'sending';
  const away = sending ? t('Cancel {name}', { name }) : t('Remove {name}', { name });
  return html`<div class="file"><span class="pic">${preview ? html`<img src=${preview} alt="" @error=${() => uploads.unseen(key)}>` : icon(type.startsWith('image/') ? 'image' : 'file-text')}</span>
    <span class="about">${shown(name)}<small class="num">${sending ? t('{sent} of {size}', { sent: bytes(Math.round(size * share)), size: bytes(size) }) : bytes(size)}</small>${sending ? html`<progress max="1" value=${share} aria-label=${name}></progress>` : nothing}</span>
    <button type="button" class="icon-btn" aria-label=${away} title=${away} @click=${() => uploads.remove(key)}>${icon('x')}</button></div>`;
}

/** @param {Upload} upload @param {Uploads} uploads */
function refused({ key, name, reason, again }, uploads) {
  const away = t('Remove {name}', { name });
  return html`<div class="file refused"><span class="pic">${icon('circle-alert')}</span>
    <span class="about">${shown(name)}<small>${reason}</small></span>${again ? html`<button type="button" class="textbtn" @click=${() => uploads.retry(key)}>${t('Retry')}</button>` : nothing}
    <button type="button" class="icon-btn" aria-label=${away} title=${away} @click=${() => uploads.remove(key)}>${icon('x')}</button></div>`;
}
