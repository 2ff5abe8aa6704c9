/**
 * The requester of a ticket, and the history of its properties.
 *
 * @import { TicketLetters } from './ticket-letters.js'
 */

import { sameDay, stamp } from '../shared/days.js';
import { clock, long } from '../shared/moments.js';
import { lazily } from '../shared/client/lazily.js';
import { icon, mailAddress, moment } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { HistoryWords, changedBy, toldOf } from './history.js';
import { TicketPart } from './ticket-part.js';

class TicketPeople extends TicketPart {
  /** @type {TicketLetters|null} */
  #letters = null;
  /** Draws whether letters arrive. Null until they are known. @type {typeof import('./requester-mail.js')|null} */
  #mail = null;

  /** @override */
  get shows() {
    const letters = this.#letters;
    return [
      this.work.ticket,
      letters?.address,
      letters?.list,
      letters?.addressRefused,
      letters?.transcriptRefused,
      this.#mail,
    ];
  }

  /** The letters about the ticket. @param {TicketLetters} letters */
  set letters(letters) {
    this.#letters = letters;
    const draw = async () => {
      this.#mail ??= await lazily(() => import('./requester-mail.js')).catch(() => null);
      this.requestUpdate();
    };
    letters.addEventListener('change', draw);
    // They may have been read before this part was there.
    if (letters.address) void draw();
  }

  /** @override */
  render() {
    const { ticket } = this.work;
    if (!ticket) return html`<dl class="facts" id="people"></dl>`;
    return html`<dl class="facts" id="people">${this.#facts(ticket).map(([term, value]) => html`<dt>${term}</dt><dd dir="auto">${value}</dd>`)}</dl>
      ${ticket.requester && ticket.closed_at === null ? html`<p><button type="button" class="btn sm" @click=${() => this.#editRequester(ticket)}>${icon('pencil')}Edit requester</button></p>` : nothing}`;
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  async #editRequester({ number, requester, transcript }) {
    if (!requester) return;
    const { editPerson } = await lazily(() => import('./person-dialog.js'));
    const texts = (transcript ?? []).flatMap(({ from, text }) => (from?.kind === 'customer' && text ? [text] : []));
    await editPerson({ who: requester, texts, ticket: number, saved: () => void this.work.load() });
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  #facts({ requester, participants, client, created_at: created }) {
    const named = (participants ?? []).filter(({ name }) => name);
    return [
      ['Name', requester?.name ?? NAMELESS],
      ['Email', requester?.email && mailAddress(requester.email)],
      ['Mail', this.#letters && this.#mail?.shown(this.#letters)],
      [
        'Identity',
        requester && (!requester.verified ? 'Not verified' : requester.id ? 'Verified' : 'Address confirmed'),
      ],
      ['Client', client],
      [
        'Named',
        named.length > 0 &&
          html`<ul>${named.map(({ name, email }) => html`<li>${name}${email ? html`<br>${mailAddress(email)}` : nothing}</li>`)}</ul>`,
      ],
      ['Opened', moment(created, stamp(created, Date.now()))],
    ].filter(([, value]) => value && value !== nothing);
  }
}

class TicketHistory extends TicketPart {
  /** @override */
  get shows() {
    return [this.work.ticket, this.work.teams];
  }

  /** @override */
  render() {
    const { ticket, words } = this.work;
    const history = toldOf(ticket?.history ?? []).reverse();
    const said = new HistoryWords(words, (key) => this.work.teamName(key));
    const now = Date.now();
    return html`<h2 id="history-title">History <span class="quiet" id="history-count">${ticket ? (history.length === 1 ? '1 change' : `${history.length} changes`) : ''}</span></h2><ol class="hist" id="history">${history.map(
      (change) =>
        html`<li><time datetime=${change.at} title=${long(change.at)}>${sameDay(change.at, now) ? clock(change.at) : stamp(change.at, now)}</time><span><b dir="auto">${changedBy(change)}</b>${said
          .happened(change)
          .map((piece) => (typeof piece === 'string' ? piece : html`<b dir="auto">${piece.strong}</b>`))}</span></li>`,
    )}</ol>`;
  }
}

customElements.define('ticket-people', TicketPeople);
customElements.define('ticket-history', TicketHistory);
