/**
 * The box that an agent writes in: a reply or a note, a draft of each for each chat.
 *
 * @import { Logs } from './logs.js'
 */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { TypingSignal } from '../shared/typing.js';
import { html, live } from '../shared/vendor/lit.js';
import { Part } from './part.js';

class ReplyBox extends Part {
  /** @type {Logs|null} */
  logs = null;
  /** What the box holds: chat and kind. */
  #key = '';
  #signal = new TypingSignal((on) => {
    const { chosen, chats, desk } = this.work;
    if (chosen !== null && chats.of(chosen).held) desk.cast('typing', { chat: chosen, on });
  });

  get box() {
    return this.one('textarea', HTMLTextAreaElement);
  }

  /** @override */
  render() {
    const { noting, about } = this.work;
    const name = firstName(about?.customer.name) || 'the visitor';
    const label = noting ? 'Note, only staff see it' : `Reply to ${name}`;
    return html`<form class=${noting ? 'compose noting' : 'compose'} @submit=${this.#send}>
      <div class="modes" role="radiogroup" aria-label="What you are writing">
        <label><input type="radio" name="as" .checked=${live(!noting)} @change=${() => this.#as(false)}>Reply</label>
        <label><input type="radio" name="as" .checked=${live(noting)} @change=${() => this.#as(true)}>${icon('lock')}Note</label>
      </div>
      <textarea id="reply" rows="2" dir="auto" placeholder=${label} aria-label=${label} @input=${this.#typed} @keydown=${this.#key_}></textarea>
      <div class="tools"><button class="btn primary sm" id="send">${noting ? 'Add note' : 'Send'} <span class="keys" aria-hidden="true">↵</span></button></div>
    </form>`;
  }

  /** @override */
  updated() {
    const key = this.#draftKey;
    if (key === this.#key) return;
    this.#signal.stop();
    this.#key = key;
    this.box.value = this.work.drafts.get(key);
  }

  get #draftKey() {
    return this.work.draftKey(this.work.chosen ?? '', this.work.noting);
  }

  /** @param {boolean} noting */
  async #as(noting) {
    this.work.note(noting);
    await this.updateComplete;
    this.box.focus();
  }

  #typed() {
    this.work.drafts.set(this.#draftKey, this.box.value);
    if (!this.work.noting && this.box.value) this.#signal.touch();
    else this.#signal.stop();
  }

  /** @param {KeyboardEvent} event */
  #key_(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const text = this.box.value;
    if (!text.trim() || this.work.chosen === null) return;
    this.#signal.stop();
    this.work.drafts.set(this.#draftKey, '');
    this.box.value = '';
    const { chosen } = this.work;
    this.work.say(text);
    this.logs?.of(chosen).toEnd();
    this.box.focus();
  }
}

customElements.define('reply-box', ReplyBox);
