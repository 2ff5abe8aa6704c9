/**
 * The requester of a ticket, below their name on the ticket page: staff's notes about them, and their other tickets.
 *
 * @import { Ticket } from '../shared/types.js'
 * @import { TicketGroup } from './customer-tickets.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { since } from '../shared/days.js';
import { element } from '../shared/dom.js';
import { long } from '../shared/moments.js';
import { statusTag } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import './customer-notes.js';
import { CustomerTickets } from './customer-tickets.js';

/** @type {Partial<Record<TicketGroup['by'], string>>} */
const HEADINGS = { requester: 'Their other tickets', email: 'Same address, not verified' };

class TicketCustomer {
  #past;
  #place = element('section', { class: 'requester', 'aria-label': 'Notes and other tickets' });

  /** @param {HTMLElement} after @param {TicketWork} work */
  constructor(after, work) {
    this.work = work;
    this.#past = new CustomerTickets({ ask: work.ask, changed: () => this.#draw() });
    after.after(this.#place);
    work.addEventListener('change', () => this.#follow());
    this.#follow();
  }

  #follow() {
    const { ticket } = this.work;
    if (!ticket) return;
    // Those of the company are not read: the list has them.
    const who = /** @type {import('../shared/types.js').Customer} */ ({ ...ticket.requester, client: null });
    if (ticket.requester) this.#past.show(who, '', ticket.status);
    this.#draw();
  }

  #draw() {
    const { ticket } = this.work;
    const groups = this.#past.groups
      .map((group) => ({ ...group, tickets: group.tickets.filter(({ number }) => number !== ticket?.number) }))
      .filter(({ tickets }) => tickets.length);
    this.#place.hidden = !groups.length && !ticket?.requester?.id;
    render(
      html`${ticket?.requester?.id ? html`<customer-notes .who=${ticket.requester}></customer-notes>` : nothing}${groups.map((group) => this.#group(group))}`,
      this.#place,
    );
  }

  /** @param {TicketGroup} group */
  #group({ by, tickets, href }) {
    return html`<h3>${HEADINGS[by]}<a class="link" href=${href} aria-label="See all: ${HEADINGS[by]}">See all</a></h3>
      <ul>${tickets.map((ticket) => this.#ticket(ticket))}</ul>`;
  }

  /** @param {Ticket} ticket */
  #ticket({ number, subject, status, updated_at: at, closed_at: closed }) {
    return html`<li><a href="/tickets/${number}"><span class="cut" dir="auto">${subject || 'No subject'}</span>${statusTag(status, this.work.words.status(status), closed !== null)}<span class="quiet num" title=${long(at)}>#${number} · ${since(at, Date.now())}</span></a></li>`;
  }
}

/** @param {HTMLElement} people @param {TicketWork} work */
export const showsCustomer = (people, work) => new TicketCustomer(people.closest('section') ?? people, work);
