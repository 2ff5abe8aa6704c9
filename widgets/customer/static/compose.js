/**
 * The text box of a conversation: text, its length, files by button, paste or drop, and the draft. It belongs to a view
 * that draws it; where its text goes, the view says.
 *
 * @import { File } from '../shared/story.js'
 * @import { Limits } from '../shared/uploads.js'
 * @import { Template, WidgetPart } from './widget-part.js'
 *
 * @typedef {Object} To where text and files go
 * @property {() => Limits} limits of files
 * @property {() => boolean} shut nothing can be written at the moment
 * @property {() => string} draft
 * @property {(text: string) => void} write the text has changed
 * @property {(text: string, files: File[]) => boolean} send false if there is nothing to send
 * @property {() => void} sent
 * @property {() => void} toEnd the End key in an empty box
 */

import { ring } from '../shared/drop-ring.js';
import { icon } from '../shared/parts.js';
import { Uploads, limitsWords, posted } from '../shared/uploads.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { lengthOf } from './length.js';
import { tray } from './tray.js';

/** Until the desk has sent its limits. */
const TEXT_MAX = 8_000;

export class Compose {
  /** Number of files in the tray. */
  #staged = 0;
  /** @type {ReturnType<typeof lengthOf>} */
  #length = null;
  /** The customer has pressed the paperclip. */
  #attaches = false;
  /** The customer has sent it while a file was uploading: it goes once all are there. */
  #due = false;

  /** @param {WidgetPart} view @param {To} to */
  constructor(view, to) {
    this.view = view;
    this.to = to;
    this.uploads = new Uploads({
      limits: to.limits,
      changed: () => this.#uploaded(),
      post: posted(() => view.chat.desk.customer.token),
    });
  }

  get box() {
    return /** @type {HTMLTextAreaElement|null} */ (this.view.one('textarea'));
  }

  /** Another conversation: its draft, and no files. */
  fresh() {
    this.#due = false;
    this.uploads.take();
    this.takeDraft();
  }

  takeDraft() {
    const { box } = this;
    if (!box) return;
    box.value = this.to.draft();
    this.#measure();
  }

  /** @returns {Template|typeof nothing} */
  tray() {
    return this.to.shut() ? nothing : tray(this.uploads);
  }

  /** @param {string} [placeholder] @returns {Template} */
  render(placeholder = t('Write a message')) {
    const shut = this.to.shut();
    const { uploads } = this;
    const limits = this.to.limits();
    const [waits, takes, length] = [uploads.busy, limits.count > 0, shut ? null : this.#length];
    const due = this.#due && !shut;
    return html`${due ? html`<p class="over near">${t('Sends once the file is uploaded.')}</p>` : nothing}${length ? html`<p class=${length.over ? 'over' : 'over near'} id="length"><span>${length.says}</span><span class="num">${length.count}</span></p>` : nothing}
      <form class=${takes ? 'w-compose takes' : 'w-compose'} ?hidden=${shut} @submit=${this.#send}>
        ${takes ? html`<button type="button" class="icon-btn attach" aria-label=${t('Attach a file')} aria-describedby="limits" @click=${this.#attach}>${icon('paperclip', 'lg')}</button><input type="file" multiple hidden accept=${limits.types.join(',')} @change=${this.#chosen}>` : nothing}
        <textarea rows="1" aria-label=${t('Message')} placeholder=${placeholder} dir="auto" aria-invalid=${length?.over ? 'true' : nothing} aria-describedby=${length ? 'length' : nothing} @input=${this.#written} @keydown=${this.#key}></textarea>
        <button class="icon-btn send" aria-label=${t('Send')} aria-disabled=${length?.over ? 'true' : nothing} title=${waits ? t('A file is still uploading.') : length?.says || nothing}>${icon('arrow-up', 'lg')}</button>
      </form>
      ${takes && !shut ? html`<p class=${this.#attaches ? 'limits asked' : 'limits'} id="limits" ?hidden=${uploads.list.length > 0}>${t('Pictures, PDF, Office, text: {limits}', { limits: limitsWords(limits) })}</p>` : nothing}`;
  }

  /** @param {SubmitEvent} event */
  #send = (event) => {
    event.preventDefault();
    const { box, uploads } = this;
    if (!box || this.#refusesLength()) return;
    this.#due = uploads.busy;
    if (this.#due) return this.view.chat.refuse('files', t('Sends once the file is uploaded.'));
    if (!this.to.send(box.value, uploads.files)) return;
    // Refused files stay visible until they are removed.
    for (const { key, state } of uploads.list) if (state !== 'refused') uploads.remove(key);
    box.value = '';
    this.#measure();
    this.to.sent();
    box.focus();
  };

  /** @param {KeyboardEvent} event */
  #key = (event) => {
    if (event.key === 'End' && !this.box?.value) this.to.toEnd();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLTextAreaElement} */ (event.target).form?.requestSubmit();
  };

  #attach = () => {
    this.#attaches = true;
    this.view.requestUpdate();
    this.view.one('[type=file]')?.click();
  };

  /** @param {Event} event */
  #chosen = ({ target }) => {
    const input = /** @type {HTMLInputElement} */ (target);
    this.#take(input.files);
    input.value = '';
    this.box?.focus();
  };

  /** @param {ClipboardEvent} event */
  pasted = (event) => {
    if (this.#take(event.clipboardData?.files)) event.preventDefault();
  };

  /** @param {DragEvent} event */
  dragged = (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (this.to.limits().count && !this.to.shut()) ring(event, t('Drop to attach'));
  };

  /** @param {DragEvent} event */
  dropped = (event) => {
    if (!event.dataTransfer?.files.length) return;
    // Otherwise the browser would replace the chat with the file.
    event.preventDefault();
    this.#take(event.dataTransfer.files);
  };

  /** @param {FileList|null|undefined} files */
  #take(files) {
    if (!files?.length || !this.to.limits().count || this.to.shut()) return false;
    this.uploads.add(files);
    return true;
  }

  /** A refused file is announced once, and what was to go with it waits for the customer. */
  #uploaded() {
    const { chat } = this.view;
    this.view.requestUpdate();
    if (this.#due && !this.uploads.busy) this.#sendDue();
    if (this.uploads.list.length > this.#staged) this.#newestInView();
    this.#staged = this.uploads.list.length;
    const refused = this.uploads.list.filter(({ state }) => state === 'refused');
    const sentence = refused.map(({ name, reason }) => `${name}: ${reason}`).at(-1) ?? '';
    if (sentence && sentence !== chat.wrongAt('files')) chat.refuse('files', sentence);
    else if (!sentence && chat.wrong?.at === 'files') chat.forgive();
  }

  #sendDue() {
    this.#due = false;
    if (this.uploads.list.every(({ state }) => state === 'done')) this.box?.form?.requestSubmit();
  }

  async #newestInView() {
    await this.view.updateComplete;
    this.view.one('.tray li:last-child')?.scrollIntoView({ block: 'nearest' });
  }

  /** A text that is too long stays in the box, and that is announced. */
  #refusesLength() {
    if (this.#length?.over) this.view.chat.refuse('text', `${this.#length.says}. ${this.#length.count}`);
    return Boolean(this.#length?.over);
  }

  #measure() {
    const { chat } = this.view;
    const before = this.#length;
    this.#length = lengthOf(this.box?.value ?? '', chat.desk.hello?.limits?.text ?? TEXT_MAX);
    if (before?.count !== this.#length?.count) this.view.requestUpdate();
    if (!this.#length?.over && chat.wrong?.at === 'text') chat.forgive();
    this.#grow();
  }

  #written = () => {
    this.#due = false;
    this.view.requestUpdate();
    this.#measure();
    this.to.write(this.box?.value ?? '');
  };

  #grow() {
    const { box } = this;
    if (!box) return;
    box.style.blockSize = '';
    if (box.value) box.style.blockSize = `${Math.max(box.clientHeight, box.scrollHeight)}px`;
  }
}
