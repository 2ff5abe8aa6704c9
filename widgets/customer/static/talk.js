/** The conversation: what was said, and the box to write in. */

import { h } from '../shared/dom.js';
import { Log } from '../shared/log.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { RemoveDialog } from '../shared/remove.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { t } from '../shared/words.js';
import { outcomeWords } from './after.js';
import { Part } from './part.js';

export class Talk extends Part {
  /** @type {Log|null} */
  #log = null;
  list = h('div', { class: 'log' });
  scroller = h('div', { class: 'w-log', role: 'log', 'aria-label': t('Messages'), tabindex: 0 }, this.list);

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.removing = new RemoveDialog((fields) => chat.commit('message.redact', fields));
    chat.on('fresh', () => this.#fresh());
    chat.on('told', (frame, live) => this.#log?.add(frame, live));
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
    this.#log = new Log(this.list, this.scroller, {
      viewer: { side: 'customer', id: chat.desk.hello?.visitor ?? null },
      words: { team: (key) => chat.visit.teamName(key), status: chat.words.status, code: chat.words.code },
      retry: (id) => chat.desk.retry(id),
      discard: (id) => chat.desk.discard(id),
      remove: (item) => this.removing.ask(item),
      download: (file) => this.#download(file),
    });
    this.#takeDraft();
  }

  /** @param {import('../shared/story.js').File} file */
  async #download(file) {
    const address = await this.chat.addressOf(file);
    if (address) h('a', { href: address, download: file.name }).click();
  }

  /** It comes up: as it is now, from its end. */
  shown() {
    this.#takeDraft();
    this.#log?.draw();
    this.#log?.toEnd();
  }

  #takeDraft() {
    const box = this.#box;
    if (!box) return;
    box.value = this.chat.drafts.get(this.chat.visit.chat ?? '');
    this.#grow();
  }

  /** @override */
  updated() {
    const { visit, desk } = this.chat;
    const gone = visit.phase === 'active' && visit.agent?.connected === false && desk.state.line === 'live';
    this.#log?.pending(this.chat.unsent, desk.state.line === 'live');
    this.#log?.reads(visit.readByStaff);
    this.#log?.aside(gone ? t('{name}’s connection dropped. What you write is kept and waits for them.', { name: firstName(visit.agent?.name) }) : null);
  }

  /** @override */
  render() {
    const over = this.chat.visit.phase === 'closed';
    return html`<section class="view" aria-label=${t('Conversation')}>
      ${this.scroller}
      <form class="w-compose" ?hidden=${over} @submit=${this.#send}>
        <textarea rows="1" aria-label=${t('Message')} placeholder=${t('Write a message')} dir="auto" @input=${this.#written} @keydown=${this.#key}></textarea>
        <button class="icon-btn send" aria-label=${t('Send')}>${icon('arrow-up', 'lg')}</button>
      </form>
      ${over ? html`<div class="pad foot"><p class="after">${outcomeWords(this.chat).title}</p><button type="button" class="btn primary full" @click=${() => this.chat.again()}>${t('New chat')}</button></div>` : nothing}
    </section>`;
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const box = this.#box;
    if (!box || !this.chat.send(box.value)) return;
    box.value = '';
    this.#grow();
    this.#log?.toEnd();
    box.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLTextAreaElement} */ (event.target).form?.requestSubmit();
  }

  #written() {
    this.#grow();
    this.chat.writes(this.#box?.value ?? '');
  }

  #grow() {
    const box = this.#box;
    if (!box) return;
    box.style.blockSize = '';
    if (box.value) box.style.blockSize = `${Math.max(box.clientHeight, box.scrollHeight)}px`;
  }
}

customElements.define('chat-talk', Talk);
