/** The head of a ticket: its subject, and the facts in one line. */

import { icon, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { FLAGS } from './properties.js';
import { TicketPart } from './ticket-part.js';
import { vipTag } from './vip-tag.js';

class TicketHead extends TicketPart {
  /** @override In place of what the server drew. */
  createRenderRoot() {
    this.replaceChildren();
    return super.createRenderRoot();
  }

  /** @override */
  get shows() {
    return [this.work.ticket, this.work.teams];
  }

  /** @override */
  render() {
    const { number, ticket } = this.work;
    return html`<h1><span>#${number}</span> <b id="subject" dir="auto">${ticket ? ticket.subject || 'No subject' : ''}</b></h1><p id="head-facts">${ticket ? this.#facts(ticket) : nothing}</p>`;
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  #facts({ requester, client, vip, status, closed_at: closed, channel, team, flags }) {
    const who = requester?.name ?? requester?.email ?? NAMELESS;
    return html`${statusTag(status, this.work.words.status(status), Boolean(closed))}<span dir="auto">${[who, client].filter(Boolean).join(', ')}</span>${vipTag({ vip })}<span>${channel}, ${this.work.teamName(team)}</span>${(flags ?? []).map((flag) => html`<span class="tag flag">${icon('circle-alert')}${FLAGS[flag] ?? flag}</span>`)}`;
  }

  /** @override */
  updated() {
    const { ticket } = this.work;
    if (ticket) document.title = `#${ticket.number} ${ticket.subject ?? ''}`;
  }
}

customElements.define('ticket-head', TicketHead);
