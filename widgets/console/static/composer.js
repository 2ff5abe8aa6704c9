/**
 * The text box of a chat: a reply or a note with a draft for each, and files.
 *
 * @import { Logs } from './logs.js'
 * @import { Settings } from './settings.js'
 */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { TypingSignal } from '../shared/typing.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { opensArticles, writingButtons } from './articles-button.js';
import { Attaching, NO_FILES } from './attaching.js';
import { EarlyNames, NOT_SENT } from './bare-name.js';
import { COMMAND } from './keyboard.js';
import { clip, over, taking, tray } from './tray.js';
import { Part } from './work-part.js';

class ReplyBox extends Part {
  /** @type {Logs|null} */
  logs = null;
  /** @type {Settings|null} */
  settings = null;
  /** The draft in the box: chat and kind. */
  #key = '';
  /** Attachments, by chat. @type {Map<string, Attaching>} */
  #uploads = new Map();
  #early = new EarlyNames(() => this.requestUpdate());
  #signal = new TypingSignal((on) => {
    const { chosen, chats, desk } = this.work;
    if (chosen !== null && chats.of(chosen).held) desk.cast('typing', { chat: chosen, on });
  });

  get box() {
    return this.one('textarea', HTMLTextAreaElement);
  }

  /** @returns {import('../shared/uploads.js').Limits} */
  get limits() {
    return this.work.desk.hello?.limits?.files ?? NO_FILES;
  }

  /** Attachments of the chat on the screen. */
  get #attached() {
    const chat = this.work.chosen ?? '';
    const found =
      this.#uploads.get(chat) ?? new Attaching({ limits: () => this.limits, changed: () => this.requestUpdate() });
    this.#uploads.set(chat, found);
    return found;
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    const { noting, watches, about } = this.work;
    const name = firstName(about?.customer.name) || 'the visitor';
    const to = watches ? `Whisper to ${this.#agent === null ? 'the next agent' : firstName(this.#agent)}` : 'Note';
    const label = noting ? `${to} (only staff see it)` : `Reply to ${name}`;
    const attached = this.#attached;
    const { enterSends } = this.settings?.now ?? { enterSends: true };
    return html`<form class=${['compose', noting && 'noting', watches && 'whispering'].filter(Boolean).join(' ')} @submit=${this.#send} @dragover=${over} @drop=${taking(attached)}>
      ${watches ? this.#watching(name) : this.#modes(noting)}
      <textarea id="reply" rows="2" dir="auto" placeholder=${label} aria-label=${label} @input=${this.#typed} @keydown=${this.#pressed} @paste=${taking(attached)}></textarea>
      ${this.#early.asked ? html`<p class="wrong" role="alert">${NOT_SENT}</p>` : nothing}
      ${tray(attached)}
      <div class="tools">
        ${clip(attached, this.limits, () => this.box.focus())}${writingButtons(this.#answer, !noting && !watches)}
        <button class="btn primary sm" id="send">${watches ? 'Whisper' : noting ? 'Add note' : 'Send'} <span class="keys" aria-hidden="true">${enterSends ? '↵' : `${COMMAND} ↵`}</span></button>
      </div>
    </form>`;
  }

  /** @param {boolean} noting */
  #modes(noting) {
    return html`<div class="modes" role="radiogroup" aria-label="Reply or note">
        <label><input type="radio" name="as" .checked=${live(!noting)} @change=${() => this.as(false)}>Reply</label>
        <label><input type="radio" name="as" .checked=${live(noting)} @change=${() => this.as(true)}>${icon('lock')}Note</label>
        ${this.settings?.now.singleKeys ? html`<span class="hint" aria-hidden="true"><kbd class="kbd">Esc</kbd> then <kbd class="kbd">${noting ? 'R' : 'N'}</kbd> ${noting ? 'reply' : 'note'}, <kbd class="kbd">?</kbd> all shortcuts</span>` : nothing}
      </div>`;
  }

  /** The agent of the chat on the screen; null while it waits for one. */
  get #agent() {
    const { chosen, chats } = this.work;
    return chosen === null ? null : chats.of(chosen).by;
  }

  /** Tells a watching supervisor what they can do. @param {string} name the customer's */
  #watching(name) {
    const { work } = this;
    const chat = work.chosen ?? '';
    const agent = this.#agent;
    const { agentGone, team } = work.chats.of(chat);
    return html`<div class="watching">
        <p role="status">${icon('ear')}<span>${agent ? '' : `In the queue for ${work.teamName(team)}. `}You’re viewing this chat. ${name} can’t see you${agent ? (agentGone ? `; ${firstName(agent)} is disconnected` : `, but ${firstName(agent)} can`) : ''}.</span></p>
        <span class="acts">${agent === null ? html`<button type="button" class="btn sm" @click=${() => work.handovers.pick(chat, 'talk')}>Take</button>` : html`<button type="button" class="btn sm" @click=${() => work.handovers.takeOver(chat)}>Take over</button><a class="btn sm" href="/floor#${chat}">Reassign</a>`}<button type="button" class="btn sm" @click=${() => work.go(null)}>Stop viewing</button></span>
        ${work.handovers.notHad?.at === 'talk' ? html`<p class="wrong" role="alert">${work.handovers.notHad.words}</p>` : nothing}</div>`;
  }

  /** @override */
  updated() {
    const key = this.#draftKey;
    if (key === this.#key) return;
    this.#signal.stop();
    this.#early.forget();
    this.#key = key;
    this.box.value = this.work.drafts.get(key);
  }

  get #draftKey() {
    return this.work.draftKey(this.work.chosen ?? '', this.work.noting);
  }

  // -- what the agent does -----------------------------------------------------------------

  /** Write a note, or a reply. @param {boolean} noting */
  async as(noting) {
    if (!this.work.watches) this.work.note(noting);
    await this.updateComplete;
    this.box.focus();
  }

  #typed() {
    this.#early.forget();
    this.work.drafts.set(this.#draftKey, this.box.value);
    if (!this.work.noting && this.box.value) this.#signal.touch();
    else this.#signal.stop();
  }

  /** The answer into which an article goes. */
  #answer = () => {
    const { chosen, about } = this.work;
    const said = `${about?.subject ?? ''} ${this.logs?.said(chosen ?? '') ?? ''}`;
    return { box: this.box, place: `/api/chats/${chosen}`, said, locale: about?.locale };
  };

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (!this.work.noting && !this.work.watches && opensArticles(event, this.#answer)) return;
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.repeat) return;
    const sends = event.ctrlKey || event.metaKey || (this.settings?.now.enterSends ?? true);
    if (!sends) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const { chosen } = this.work;
    const attached = this.#attached;
    const text = this.box.value;
    // Waits for uploads, which are sent along.
    if (chosen === null || attached.busy) return;
    if (!text.trim() && !attached.files.length) return;
    if (!this.work.noting && !this.work.watches && this.#early.asks(text)) return;
    this.#signal.stop();
    this.work.drafts.set(this.#draftKey, '');
    this.box.value = '';
    const files = attached.take();
    this.logs?.sending(files);
    this.work.say(
      text,
      files.map(({ id }) => id),
    );
    this.logs?.of(chosen).toEnd();
    this.box.focus();
  }
}

customElements.define('reply-box', ReplyBox);
