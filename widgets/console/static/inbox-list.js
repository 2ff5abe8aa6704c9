/**
 * The page of the inbox: its entries, and which letters the person gets.
 *
 * @import { Entry, InboxWork } from './inbox-work.js'
 */

import { stamp } from '../shared/days.js';
import { icon, moment } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

const ICONS = {
  mention: 'user',
  reply: 'reply',
  note: 'lock',
  status: 'circle-dot',
  returned: 'alarm-clock',
  rule: 'workflow',
};

/** What happened, in words. @param {Entry} entry */
export function happened({ kind, by, status }) {
  const who = by ?? 'The system';
  if (kind === 'mention') return `${who} mentioned you`;
  if (kind === 'note') return `${who} wrote a note`;
  if (kind === 'reply') return `${who} replied`;
  if (kind === 'status') return `${who} set the status to ${status}`;
  if (kind === 'rule') return `${by ?? 'A rule'} points you here`;
  return 'Back from snooze';
}

/** @param {Entry} entry */
export const hrefOf = ({ ticket, chat }) => (ticket === null ? `/console#chat=${chat}` : `/tickets/${ticket}`);

/** @extends {WorkPart<InboxWork>} */
class InboxList extends WorkPart {
  /** @override */
  render() {
    const { list, next, fault, said, unread, only } = this.work;
    return html`<p class="sr" role="status">${said}</p>
      <div class="inbox-tools">
        <div class="seg" role="group" aria-label="Show">${this.#choice('All', false, only)}${this.#choice('Unread', true, only)}</div>
        <button type="button" class="btn sm" id="read-all" ?disabled=${!unread} @click=${() => this.work.read(null)}>${icon('check-check')}Mark all as read</button>
      </div>
      ${fault ? html`<p class="wrong" role="alert">${fault}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button>` : nothing}
      ${list && !list.length ? html`<div class="empty">${icon('inbox')}<h2>${only ? 'Nothing unread' : 'Nothing here yet'}</h2><p>When a colleague writes @ and your name in a note, something happens on a ticket that you follow, or a rule notifies you, you find it here.</p></div>` : nothing}
      <ol class="inbox">${repeat(
        list ?? [],
        ({ id }) => id,
        (entry) => this.#entry(entry),
      )}</ol>
      ${next === null ? nothing : html`<p><button type="button" class="btn" @click=${() => this.work.more()}>Show more</button></p>`}
      ${this.#letters()}`;
  }

  /** @param {string} name @param {boolean} value @param {boolean} now */
  #choice(name, value, now) {
    return html`<button type="button" class="btn sm" aria-pressed=${value === now} @click=${() => this.work.show(value)}>${name}</button>`;
  }

  /** @param {Entry} entry */
  #entry(entry) {
    const { id, kind, ticket, subject, about, text, at, read } = entry;
    const place = ticket === null ? `Chat${about ? ` with ${about}` : ''}` : `#${ticket}`;
    return html`<li class=${read ? 'read' : 'unread'}>
      <a href=${hrefOf(entry)} @click=${(/** @type {MouseEvent} */ event) => this.#open(event, entry)}>
        ${icon(ICONS[kind])}<span class="what"><span class="head"><b>${happened(entry)}</b>${read ? nothing : html`<span class="sr">, unread</span>`} <span class="quiet">${moment(at, stamp(at, Date.now()))}</span></span>
        <span class="cut" dir="auto">${[place, subject].filter(Boolean).join(' ')}</span>${text ? html`<small class="cut" dir="auto">${text}</small>` : nothing}</span></a>
      ${read ? nothing : html`<button type="button" class="icon-btn" aria-label="Mark as read: ${happened(entry)}, ${place}" @click=${() => this.work.read(id)}>${icon('check')}</button>`}
    </li>`;
  }

  /** Read first, so that the bell is right on the next page. @param {MouseEvent} event @param {Entry} entry */
  async #open(event, entry) {
    if (entry.read || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    await this.work.read(entry.id);
    location.assign(hrefOf(entry));
  }

  #letters() {
    const { letters } = this.work;
    if (!letters) return nothing;
    const box = (/** @type {'mentions'|'follows'} */ name, /** @type {string} */ label) =>
      html`<label class="check"><input type="checkbox" id="letters-${name}" .checked=${letters[name]} @change=${(/** @type {Event} */ { target }) => this.work.choose({ [name]: /** @type {HTMLInputElement} */ (target).checked })}>${label}</label>`;
    return html`<div class="letters" role="group" aria-labelledby="letters"><p id="letters">Mail me about entries that stay unread for 5 minutes</p>
      ${box('mentions', 'When a colleague mentions me')}${box('follows', 'When something happens on a ticket that I follow')}</div>`;
  }
}

customElements.define('inbox-list', InboxList);
