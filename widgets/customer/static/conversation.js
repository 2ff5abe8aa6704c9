/** The conversation, and the text box. */

import { committed } from '../shared/committing.js';
import { element } from '../shared/dom.js';
import { Log } from '../shared/log.js';
import { newer } from '../shared/newer.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { RemoveDialog } from '../shared/remove.js';
import { Uploads, limitsWords, posted } from '../shared/uploads.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { end, retract, send, write } from './chat-commands.js';
import { addTo, addressOf } from './chat-requests.js';
import { lengthOf } from './length.js';
import { WidgetPart } from './widget-part.js';
import { Previews } from './previews.js';
import { placeWords, silentWords } from './sentences.js';
import { tray } from './tray.js';

/** Items that a long conversation keeps in memory while nobody reads earlier ones. */
const KEPT = 300;
/** Until the desk has sent its limits. */
const TEXT_MAX = 8_000;

export class Conversation extends WidgetPart {
  /** @type {Log|null} */
  #log = null;
  /** Number of files in the tray. */
  #staged = 0;
  /** @type {ReturnType<typeof lengthOf>} */
  #length = null;
  list = element('div', { class: 'log' });
  scroller = element('div', { class: 'w-log', role: 'log', 'aria-label': t('Messages'), tabindex: 0 }, this.list);

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.removing = new RemoveDialog((fields) => committed(chat.desk, 'message.redact', fields));
    this.uploads = new Uploads({
      limits: () => chat.limits,
      changed: () => this.#uploaded(),
      post: posted(() => chat.desk.customer.token),
    });
    this.previews = new Previews((file) => addressOf(chat, file, false));
    this.#fresh();
    chat.seenUpto = () => this.#log?.seenUpto ?? 0;
    this.scroller.addEventListener('scroll', () => chat.visit.unread && chat.changedSoon());
    chat.on('fresh', () => this.#fresh());
    chat.on('told', (frame, live) => this.#log?.add(frame, live));
    chat.on('ending', () => this.#dialog?.showModal());
    chat.on('draft', () => this.#takeDraft());
    chat.on('whole', () => this.#log?.whole());
    chat.on('typing', (sender) => this.#log?.typing(sender));
  }

  /** @override */
  get first() {
    return this.chat.visit.phase === 'closed' ? this.scroller : this.#box;
  }

  get #box() {
    return /** @type {HTMLTextAreaElement|null} */ (this.one('textarea'));
  }

  #fresh() {
    const { chat } = this;
    this.uploads.take();
    this.#log = new Log(this.list, this.scroller, {
      viewer: { side: 'customer', id: chat.desk.hello?.visitor ?? null },
      words: { team: (key) => chat.visit.teamName(key), status: chat.words.status, code: chat.words.code },
      retry: (id) => chat.desk.retry(id),
      edit: (entry) => {
        retract(chat, entry);
        this.#takeDraft();
        this.#box?.focus();
      },
      discard: (id) => {
        chat.desk.discard(id);
        this.first?.focus();
      },
      remove: (item) => this.removing.ask(item),
      download: (file) => this.#download(file),
      preview: this.previews.show,
      fileOf: (id) => chat.files.get(id),
      addTo: (entry, ticket) => addTo(chat, entry, ticket),
      keep: KEPT,
      earlier: () => {
        this.#log?.rereads();
        chat.rereadAll();
      },
    });
    this.#takeDraft();
  }

  /** @param {import('../shared/story.js').File} file */
  async #download(file) {
    const address = await addressOf(this.chat, file);
    if (address) element('a', { href: address, download: file.name }).click();
  }

  /** Shows the log from its end. @override */
  shown() {
    this.#takeDraft();
    this.#log?.draw();
    this.#log?.toEnd();
  }

  #takeDraft() {
    const box = this.#box;
    if (!box) return;
    box.value = this.chat.drafts.get(this.chat.visit.chat ?? '');
    this.#measure();
  }

  /** @override */
  updated() {
    const { visit, desk } = this.chat;
    const gone = visit.phase === 'active' && visit.agent?.connected === false && desk.state.line === 'live';
    this.#log?.pending(this.chat.unsent, desk.state.line === 'live');
    this.#log?.reads(visit.readByStaff);
    this.#log?.aside(
      gone
        ? t('{name}’s connection dropped. They’ll see your messages when they’re back.', {
            name: firstName(visit.agent?.name),
          })
        : null,
    );
  }

  /** @override */
  render() {
    const over = this.chat.visit.phase === 'closed';
    const {
      uploads,
      chat: { limits },
    } = this;
    const [waits, takes, length] = [uploads.busy, limits.count > 0, over ? null : this.#length];
    return html`<section class="view talk" aria-label=${t('Conversation')} @paste=${this.#pasted} @dragover=${this.#dragged} @drop=${this.#dropped}>
      ${this.#again()}
      ${this.scroller}
      ${newer(this.#log, this.chat.visit.unread, () => this.first?.focus())}
      ${this.#silent()}
      ${over ? nothing : tray(uploads)}
      ${length ? html`<p class=${length.over ? 'over' : 'over near'} id="length"><span>${length.says}</span><span class="num">${length.count}</span></p>` : nothing}
      <form class=${takes ? 'w-compose takes' : 'w-compose'} ?hidden=${over} @submit=${this.#send}>
        ${takes ? html`<button type="button" class="icon-btn attach" aria-label=${t('Attach a file')} aria-describedby="limits" @click=${() => this.one('[type=file]')?.click()}>${icon('paperclip', 'lg')}</button><input type="file" multiple hidden accept=${limits.types.join(',')} @change=${this.#chosen}>` : nothing}
        <textarea rows="1" aria-label=${t('Message')} placeholder=${t('Write a message')} dir="auto" aria-invalid=${length?.over ? 'true' : nothing} aria-describedby=${length ? 'length' : nothing} @input=${this.#written} @keydown=${this.#key}></textarea>
        <button class="icon-btn send" aria-label=${t('Send')} aria-disabled=${waits || length?.over ? 'true' : nothing} title=${waits ? t('A file is still uploading.') : length?.says || nothing}>${icon('arrow-up', 'lg')}</button>
      </form>
      ${takes && !over ? html`<p class="limits" id="limits" ?hidden=${uploads.list.length > 0}>${t('Pictures, PDF, Office, text: {limits}', { limits: limitsWords(limits) })}</p>` : nothing}
      ${over ? html`<div class="pad foot">${this.chat.rereading ? html`<button type="button" class="btn full" @click=${() => this.chat.reread(false)}>${t('Back to ticket #{ticket}', { ticket: this.chat.visit.outcome?.ticket ?? '' })}</button>` : nothing}<button type="button" class="btn primary full" @click=${() => this.chat.again()}>${t('New chat')}</button></div>` : nothing}
    </section>
    <dialog class="w-dialog" aria-labelledby="end-title" @close=${this.#answered}>
      <form method="dialog">
        <h2 id="end-title">${t('End this chat?')}</h2>
        <p class="soft">${t('It becomes a ticket with the whole conversation, and you get its number.')}</p>
        <div class="pair"><button class="btn full" value="stay">${t('Keep chatting')}</button><button class="btn primary full" value="end">${t('End the chat')}</button></div>
      </form>
    </dialog>`;
  }

  /** The agent has left, so the customer waits again, with the conversation still readable. */
  #again() {
    const { phase, position, waitS } = this.chat.visit;
    return phase === 'queued'
      ? html`<p class="notice calm"><b>${placeWords(position, waitS)}.</b> ${t('Your next agent will see what you write.')}</p>`
      : nothing;
  }

  #silent() {
    const { silent } = this.chat.visit;
    return silent ? html`<p class=${silent.told > 1 ? 'notice' : 'notice calm'}>${silentWords(silent)}</p>` : nothing;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement|null} */ (this.one('dialog'));
  }

  #answered() {
    if (this.#dialog?.returnValue === 'end') end(this.chat);
    if (this.#dialog) this.#dialog.returnValue = '';
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const box = this.#box;
    if (!box || this.uploads.busy || this.#refusesLength() || !send(this.chat, box.value, this.uploads.files)) return;
    // Refused files stay visible until they are removed.
    for (const { key, state } of this.uploads.list) if (state !== 'refused') this.uploads.remove(key);
    box.value = '';
    this.#measure();
    this.#log?.toEnd();
    box.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'End' && !this.#box?.value) this.#log?.toEnd();
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLTextAreaElement} */ (event.target).form?.requestSubmit();
  }

  /** @param {Event} event */
  #chosen({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    this.#take(input.files);
    input.value = '';
    this.#box?.focus();
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    if (this.#take(event.clipboardData?.files)) event.preventDefault();
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    if (!event.dataTransfer?.files.length) return;
    // Otherwise the browser would replace the chat with the file.
    event.preventDefault();
    this.#take(event.dataTransfer.files);
  }

  /** @param {FileList|null|undefined} files */
  #take(files) {
    if (!files?.length || !this.chat.limits.count || this.chat.visit.phase === 'closed') return false;
    this.uploads.add(files);
    return true;
  }

  /** A refused file is announced once. */
  #uploaded() {
    this.requestUpdate();
    if (this.uploads.list.length > this.#staged) this.#newestInView();
    this.#staged = this.uploads.list.length;
    const refused = this.uploads.list.filter(({ state }) => state === 'refused');
    const sentence = refused.map(({ name, reason }) => `${name}: ${reason}`).at(-1) ?? '';
    if (sentence && sentence !== this.chat.wrongAt('files')) this.chat.refuse('files', sentence);
    else if (!sentence && this.chat.wrong?.at === 'files') this.chat.forgive();
  }

  async #newestInView() {
    await this.updateComplete;
    this.one('.tray li:last-child')?.scrollIntoView({ block: 'nearest' });
  }

  /** A text that is too long stays in the box, and that is announced. */
  #refusesLength() {
    if (this.#length?.over) this.chat.refuse('text', `${this.#length.says}. ${this.#length.count}`);
    return Boolean(this.#length?.over);
  }

  #measure() {
    const before = this.#length;
    this.#length = lengthOf(this.#box?.value ?? '', this.chat.desk.hello?.limits?.text ?? TEXT_MAX);
    if (before?.count !== this.#length?.count) this.requestUpdate();
    if (!this.#length?.over && this.chat.wrong?.at === 'text') this.chat.forgive();
    this.#grow();
  }

  #written() {
    this.#measure();
    write(this.chat, this.#box?.value ?? '');
  }

  #grow() {
    const box = this.#box;
    if (!box) return;
    box.style.blockSize = '';
    if (box.value) box.style.blockSize = `${Math.max(box.clientHeight, box.scrollHeight)}px`;
  }
}

customElements.define('chat-talk', Conversation);
