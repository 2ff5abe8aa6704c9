/** The text box of a ticket: a reply or a note with files, and the status that goes along. */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { opensArticles, writingButtons } from './articles-button.js';
import { EarlyNames, NOT_SENT } from './bare-name.js';
import { clip, over, taking, tray } from './tray.js';
import { ALT, COMMAND } from './keyboard.js';
import { replyWords } from './reply-words.js';
import { optionsOf } from './ticket-options.js';
import { TicketPart } from './ticket-part.js';
import { WritingSignal } from './writing-signal.js';

/** @import { Limits } from '../shared/uploads.js' */
/** @import { Ticket } from '../shared/types.js' */
/** @import { TicketLetters } from './ticket-letters.js' */
/** @import { HeldReply } from './held-reply.js' */

export class TicketComposer extends TicketPart {
  /** Limits of the desk on files. @type {() => Limits} */
  limits = () => ({ count: 0, size: 0, types: [] });
  /** The card of a reply that is held, once it is loaded. @type {HeldReply|null} */
  holds = null;
  /** What stands above the buttons. @type {() => unknown} */
  needs = () => nothing;
  /** Tells colleagues who have the ticket open. @type {(on: boolean) => void} */
  tells = () => {};
  /** @type {TicketLetters|null} */
  #letters = null;
  #early = new EarlyNames(() => this.requestUpdate());
  #signal = new WritingSignal((on) => this.tells(on));

  /** They know whether mail to the requester arrives. @param {TicketLetters} letters */
  set letters(letters) {
    this.#letters = letters;
    letters.addEventListener('change', () => this.requestUpdate());
  }

  /** Somebody is writing, or is about to set a status. */
  get active() {
    return this.querySelector('.compose')?.matches(':focus-within, .writing') ?? false;
  }

  get #box() {
    return this.one('#reply', HTMLTextAreaElement);
  }

  /** @override */
  render() {
    const { ticket, writing } = this.work;
    if (!ticket) return nothing;
    return (writing.held && this.holds?.draw(writing.held, writing.text)) ?? this.#form(ticket);
  }

  /** @param {Ticket} ticket */
  #form(ticket) {
    const { writing } = this.work;
    const { text, noting, sending, attached } = writing;
    const wrong = this.#early.asked ? NOT_SENT : writing.wrong;
    const name = firstName(ticket.requester?.name) || 'the requester';
    const label = noting ? 'Note (only staff see it)' : `Reply to ${name}`;
    const look = ['compose', noting && 'noting', writing.begun && 'writing'].filter(Boolean).join(' ');
    return html`<form class=${look} id="compose" novalidate @submit=${this.#send} @dragover=${over} @drop=${taking(attached)}>
        <div class="modes" id="modes" role="radiogroup" aria-label="Reply or note" @mousedown=${this.#holdFocus}>
          <label><input type="radio" name="as" value="reply" id="as-reply" .checked=${live(!noting)} @change=${() => this.as(false)}>Reply</label>
          <label><input type="radio" name="as" value="note" id="as-note" .checked=${live(noting)} @change=${() => this.as(true)}>${icon('lock')}Note</label>
        </div>
        <svg class="icon at-rest" aria-hidden="true"><use href="${document.documentElement.dataset.icons}#reply"></use></svg><textarea id="reply" rows="1" maxlength="8000" dir="auto" aria-describedby="reply-hint" placeholder=${label} aria-label=${label} .value=${live(text)} @input=${this.#typed} @keydown=${this.#pressed} @paste=${taking(attached)}></textarea>
        ${tray(attached)}
        <p class="wrong" id="reply-wrong" role="alert" ?hidden=${!wrong}>${wrong}</p>
        ${this.needs()}
        <div class="tools">
          ${clip(attached, this.limits(), () => this.#box.focus())}${writingButtons(this.#answer, !noting)}
          <p class="hint" id="reply-hint">${noting ? '' : replyWords(ticket, this.#letters?.address ?? null)}</p>
          ${ticket.closed_at ? nothing : this.#status()}
          <button class="btn primary" id="send-reply" ?disabled=${sending}><span id="send-words">${this.#sendWords(ticket)}</span> <span class="keys" aria-hidden="true" id="send-keys">${COMMAND} ↵</span></button>
        </div>
      </form>`;
  }

  /** The status after this, and the code that it needs. */
  #status() {
    const { form, writing, words } = this.work;
    const { status } = writing;
    const codes = status === 'solved' || status === 'fixed_pending_rca';
    const moved = status !== this.work.ticket?.status;
    return html`${
      codes && moved
        ? html`<label class="as-status"><span class="sr">Resolution code</span><span class="pick"><select class="field" id="reply-code" @change=${(/** @type {Event} */ event) => this.work.set('resolution', /** @type {HTMLSelectElement} */ (event.target).value)}>${optionsOf('resolution', this.work).map(([key, shown]) => html`<option value=${key} .selected=${live(key === form.resolution)}>${key ? shown : 'Resolution code'}</option>`)}</select>${icon('chevron-down')}</span></label>`
        : nothing
    }<label class="as-status" id="status-field" title="${ALT} 1–4"><span class="sr">Status after this</span><span class="pick"><select class="field" id="reply-status" @change=${this.#chosen}>${words.statuses.map(
      ({ key, name }) => {
        const refusal = writing.refusal(key);
        return html`<option value=${key} .selected=${live(key === status)} ?disabled=${Boolean(refusal)}>${name}${refusal ? ` (${refusal})` : ''}</option>`;
      },
    )}</select>${icon('chevron-down')}</span></label>`;
  }

  /** @param {Ticket} ticket */
  #sendWords({ status: stored, closed_at: closed }) {
    const { noting, status } = this.work.writing;
    if (noting) return `Add note${status !== stored && !closed ? `, ${this.work.words.status(status)}` : ''}`;
    return closed ? 'Send' : html`Send<span class="wide"> as ${this.work.words.status(status)}</span>`;
  }

  /** @override */
  updated() {
    this.holds?.drawn();
  }

  /** Write a note, or a reply. @param {boolean} noting */
  async as(noting) {
    this.#signal.stop();
    this.#early.forget();
    this.work.writing.note(noting);
    await this.updateComplete;
    this.#box.focus();
  }

  /** The box keeps the focus, and so its height: the button stays under the pointer. @param {MouseEvent} event */
  #holdFocus(event) {
    if (document.activeElement === this.#box) event.preventDefault();
  }

  #typed() {
    const { value } = this.#box;
    this.#early.forget();
    this.work.writing.write(value);
    if (value) this.#signal.touch();
    else this.#signal.stop();
  }

  /** @param {Event} event */
  #chosen({ target }) {
    this.work.writing.choose(/** @type {HTMLSelectElement} */ (target).value);
  }

  /** The answer into which an article goes. */
  #answer = () => {
    const { ticket } = this.work;
    const theirs = ticket?.transcript?.filter(({ from, text }) => from?.kind === 'customer' && text) ?? [];
    const said = [ticket?.subject ?? '', ...theirs.map(({ text }) => text)].join(' ');
    return { box: this.#box, place: `/api/tickets/${ticket?.number}`, said, locale: this.#letters?.locale };
  };

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, ctrlKey, metaKey, repeat, isComposing } = event;
    if (isComposing || (!this.work.writing.noting && opensArticles(event, this.#answer))) return;
    if (key !== 'Enter' || !(ctrlKey || metaKey) || repeat || this.work.writing.sending) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const { writing } = this.work;
    if (!writing.text.trim() && !writing.attached.list.length) this.#box.focus();
    if (!writing.noting && this.#early.asks(writing.text)) return;
    this.#signal.stop();
    writing.send();
  }

  /** A new connection knows of no writer. */
  connected() {
    this.#signal.again();
  }
}

customElements.define('ticket-composer', TicketComposer);
