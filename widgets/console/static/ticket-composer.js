/** The text box of a ticket: a reply or a note, and the status that it sets. */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { TicketPart } from './ticket-part.js';

/** @import { Ticket } from '../shared/types.js' */

class TicketComposer extends TicketPart {
  /** @override */
  get shows() {
    const { ticket, form, text, noting, sending, replyWrong } = this.work;
    return [ticket, form.status, text, noting, sending, replyWrong];
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
    const { ticket } = this.work;
    return ticket ? this.#form(ticket) : nothing;
  }

  /** @param {Ticket} ticket */
  #form(ticket) {
    const { form, text, noting, sending, replyWrong, words } = this.work;
    const name = firstName(ticket.requester?.name) || 'the requester';
    const label = noting ? 'Note (only staff see it)' : `Reply to ${name}`;
    const moved = form.status !== ticket.status;
    const look = ['compose', noting && 'noting', (text || moved) && 'writing'].filter(Boolean).join(' ');
    return html`<form class=${look} id="compose" novalidate @submit=${this.#send}>
        <div class="modes" id="modes" role="radiogroup" aria-label="Reply or note" @mousedown=${this.#holdFocus}>
          <label><input type="radio" name="as" value="reply" id="as-reply" .checked=${live(!noting)} @change=${() => this.#as(false)}>Reply</label>
          <label><input type="radio" name="as" value="note" id="as-note" .checked=${live(noting)} @change=${() => this.#as(true)}>${icon('lock')}Note</label>
        </div>
        <svg class="icon at-rest" aria-hidden="true"><use href="${document.documentElement.dataset.icons}#reply"></use></svg><textarea id="reply" rows="1" maxlength="8000" dir="auto" aria-describedby="reply-hint" placeholder=${label} aria-label=${label} .value=${live(text)} @input=${this.#typed} @keydown=${this.#pressed}></textarea>
        <p class="wrong" id="reply-wrong" role="alert" ?hidden=${!replyWrong}>${replyWrong}</p>
        <div class="tools">
          <p class="hint" id="reply-hint">${this.#hint(ticket, name)}</p>
          <label class="as-status" id="status-field" ?hidden=${Boolean(ticket.closed_at)}><span class="sr">Set the status to</span><span class="pick"><select class="field" id="reply-status" @change=${this.#chosen}>${words.statuses.map(({ key, name: shown }) => html`<option value=${key} .selected=${live(key === form.status)}>${shown}</option>`)}</select>${icon('chevron-down')}</span></label>
          <button class="btn primary" id="send-reply" ?disabled=${sending}><span id="send-words">${noting ? 'Add note' : 'Send'}${moved && !ticket.closed_at ? `, ${words.status(form.status)}` : ''}</span> <span class="keys" aria-hidden="true" id="send-keys">${COMMAND} ↵</span></button>
        </div>
      </form>`;
  }

  /** What happens with the text when it is sent. @param {Ticket} ticket @param {string} name of the requester */
  #hint({ closed_at: closed, requester }, name) {
    if (this.work.noting) return '';
    // No email is sent yet, and customers have no page to read a ticket.
    const told = requester?.email ? 'Email isn’t available yet' : 'We have no email address';
    return `${closed ? 'This ticket is closed for good, so your reply opens a new one. ' : ''}${told}. Your reply is saved on the ticket, but ${name} won’t be notified.`;
  }

  /** @param {boolean} noting */
  async #as(noting) {
    this.work.note(noting);
    await this.updateComplete;
    this.#box.focus();
  }

  /** The box keeps the focus, and so its height: the button stays under the pointer. @param {MouseEvent} event */
  #holdFocus(event) {
    if (document.activeElement === this.#box) event.preventDefault();
  }

  #typed() {
    this.work.write(this.#box.value);
  }

  /** @param {Event} event */
  #chosen({ target }) {
    this.work.set('status', /** @type {HTMLSelectElement} */ (target).value);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, ctrlKey, metaKey, repeat, isComposing } = event;
    if (key !== 'Enter' || !(ctrlKey || metaKey) || repeat || isComposing || this.work.sending) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    if (!this.work.text.trim()) this.#box.focus();
    this.work.reply();
  }
}

customElements.define('ticket-composer', TicketComposer);
