/** The head of a ticket: its subject, and the facts in one line. */

import { icon, picture, statusTag } from '../shared/parts.js';
import { NAMELESS, firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { FLAGS } from './properties.js';
import { TicketPart } from './ticket-part.js';
import { vipTag } from './vip-tag.js';

const WATCHERS_MAX = 2;

class TicketHead extends TicketPart {
  /** @override In place of what the server drew. */
  createRenderRoot() {
    this.replaceChildren();
    return super.createRenderRoot();
  }

  /** @override */
  get shows() {
    return [this.work.ticket, this.work.teams, this.work.others];
  }

  /** @override */
  render() {
    const { number, ticket } = this.work;
    return html`<div class="titles"><h1><span>#${number}</span> <b id="subject" dir="auto">${ticket ? ticket.subject || 'No subject' : ''}</b></h1><p id="head-facts">${ticket ? this.#facts(ticket) : nothing}</p></div><p class="watchers" role="status">${ticket ? this.#watchers() : nothing}</p>`;
  }

  /** Colleagues who have the ticket open, those who write first. */
  #watchers() {
    const others = this.work.others.toSorted((a, b) => Number(b.writing) - Number(a.writing));
    if (!others.length) return nothing;
    const shown = others.slice(0, WATCHERS_MAX);
    const more = others.length - shown.length;
    const words = shown.map(({ name, writing }) => `${firstName(name)} is ${writing ? 'writing' : 'looking'}`);
    return html`<span class="pictures">${shown.map((person) => picture(person, { size: 'sm', dot: 'ok' }))}</span><span>${[...words, more ? `${more} more` : ''].filter(Boolean).join(', ')}</span>${others[0].writing ? html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>` : nothing}`;
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  #facts({ requester, client, vip, status, closed_at: closed, channel, team, flags }) {
    const who = requester?.name ?? requester?.email ?? NAMELESS;
    return html`${statusTag(status, this.work.words.status(status), Boolean(closed))}<span dir="auto">${[who, client].filter(Boolean).join(', ')}</span>${vipTag({ vip })}<span>${channel}, ${this.work.teamName(team)}</span>${(flags ?? []).map((flag) => (flag === 'no_address' && requester?.id ? html`<span class="tag">${icon('message-circle')}No email, can answer in their browser</span>` : html`<span class="tag flag">${icon('circle-alert')}${FLAGS[flag]}</span>`))}`;
  }

  /** @override */
  updated() {
    const { ticket } = this.work;
    if (ticket) document.title = `#${ticket.number} ${ticket.subject ?? ''}`;
  }
}

customElements.define('ticket-head', TicketHead);
