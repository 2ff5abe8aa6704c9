/**
 * Rows of a list of tickets; cards on a phone.
 *
 * @import { BulkWork } from './bulk-work.js'
 * @import { Field } from './custom-fields.js'
 * @import { Ticket } from '../shared/types.js'
 * @import { TicketSearch } from './ticket-search.js'
 */

import { day, since, stamp } from '../shared/days.js';
import { long, roughly } from '../shared/moments.js';
import { icon, picture, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { boxOf, boxOfAll } from './bulk-bar.js';
import { FLAGS } from './properties.js';
import { CHANNELS } from './facets.js';
import { targetsOf } from './due-words.js';
import { PRIORITIES } from './triage.js';
import { orderOf } from './views.js';
import { marked } from './marked.js';
import { worded } from './field-words.js';

/** @type {Record<string, string>} */
const CHANNEL_SHAPES = { chat: 'message-circle', form: 'file-text', email: 'mail', staff: 'users' };

/** Where an excerpt is from. @type {Record<string, string>} */
const FOUND_IN = {
  conversation: 'In the conversation',
  note: 'In a note',
  requester: 'Requester',
  workaround: 'Workaround',
  finding: 'Finding',
  external_ref: 'Reference',
  participants: 'CC',
};

/** @param {TicketSearch} work @param {(sort: string) => void} order asked for another order @param {BulkWork} bulk */
export function table(work, order, bulk) {
  const now = Date.now();
  const sort = orderOf(work.asked).replace(/^-updated_at$/u, '');
  const head = (
    /** @type {string} */ name,
    /** @type {string} */ falling,
    /** @type {string} */ rising,
    /** @type {string} */ look = '',
  ) => {
    const by = sort === falling ? 'descending' : sort === rising ? 'ascending' : null;
    return html`<th scope="col" class=${look || nothing} aria-sort=${by ?? nothing}><button type="button" class="sorter" @click=${() => order(sort === falling ? rising : falling)}>${name}${icon(by === 'ascending' ? 'chevron-up' : 'chevron-down')}</button></th>`;
  };
  const due = sort === 'sla_due' || work.tickets.some(({ sla }) => sla?.some((one) => one.due));
  return html`<table>
      <thead><tr><th class="ch">${boxOfAll(bulk, work.tickets)}</th>${head('Number', '-number', 'number')}<th scope="col">Subject and requester</th><th scope="col">Status and resolution</th><th scope="col">Product and team</th><th scope="col">Assignee</th>${work.columns.length ? html`<th scope="col" class="c-cf"><span class="cut" dir="auto">${work.columns.map(({ labels }) => labels.en).join(', ')}</span></th>` : nothing}${due ? head('Due', '-sla_due', 'sla_due') : nothing}${head('Updated', '', 'updated_at', 'r')}</tr></thead>
      <tbody>${repeat(
        work.tickets,
        (ticket) => ticket.number,
        (ticket) => row(work, ticket, now, bulk, due),
      )}</tbody>
    </table>`;
}

/** What a search found in the subject or the name is marked there; anything else has a line of its own. @param {Ticket} ticket @param {string} who */
function reason({ subject, excerpt, highlights, found_in: found }, who) {
  const inSubject = found === 'subject' && excerpt === subject;
  const inName = found === 'requester' && excerpt === who;
  const line =
    excerpt && !inSubject && !inName
      ? html`<small class="cut hit"><span class="sr">Found: </span>${FOUND_IN[found ?? ''] ?? 'Subject'}: <span dir="auto">${marked(excerpt, highlights ?? [])}</span></small>`
      : nothing;
  const title = inSubject ? marked(subject ?? '', highlights ?? []) : subject || 'No subject';
  return { title, name: inName ? marked(who, highlights ?? []) : who, line };
}

/** @param {TicketSearch} work @param {Ticket} ticket @param {number} now @param {BulkWork} bulk @param {boolean} due the list has targets */
function row(work, ticket, now, bulk, due) {
  const { requester, assignee } = ticket;
  const who = requester?.name ?? requester?.email ?? NAMELESS;
  const { title, name, line } = reason(ticket, who);
  const flags = (ticket.flags ?? []).map((flag) => FLAGS[flag] ?? flag).join(', ');
  return html`<tr class=${bulk.chosen.has(ticket.number) ? 'chosen' : nothing}>
      <td class="ch">${boxOf(bulk, work.tickets, ticket.number)}</td>
      <td class="no">${icon(CHANNEL_SHAPES[ticket.channel] ?? 'users')}<span class="sr">${CHANNELS[ticket.channel] ?? 'Staff'} </span>${ticket.number}</td>
      <td class="sub"><a class="cut" href="/tickets/${ticket.number}" dir="auto">${title}</a><small class="cut" dir="auto">${sorted(ticket)}${ticket.unread && assignee?.id === work.me.id ? html`<b class="unread">${ticket.unread} new</b> ` : nothing}${name}${ticket.client ? `, ${ticket.client}` : ''}${ticket.tags?.length ? html` <span class="tags"><span class="sr">Tags: </span>${ticket.tags.join(' ')}</span>` : nothing}</small>${line}</td>
      <td class="c-st">${statusTag(ticket.status, work.words.status(ticket.status), Boolean(ticket.closed_at))}${
        ticket.resolution
          ? html`<small class="cut">${work.words.code(ticket.resolution)}</small>`
          : flags
            ? html`<small class="cut flags">${flags}</small>`
            : nothing
      }</td>
      <td class="c-pt"><span class="cut">${ticket.product ?? html`<span class="quiet">no product</span>`}</span><small class="cut">${work.teamName(ticket.team)}</small></td>
      <td class="c-as">${assignee ? html`<span title=${assignee.name}>${picture(assignee, { size: 'sm' })}</span><span class="sr">${assignee.name}</span>` : html`<span class="quiet">unassigned</span>`}</td>
      ${work.columns.length ? html`<td class="c-cf">${work.columns.map((field, place) => value(field, ticket, place))}</td>` : nothing}
      ${due ? html`<td class="num c-due">${target(ticket, now)}</td>` : nothing}
      <td class="r num c-up"><time datetime=${ticket.updated_at} title=${long(ticket.updated_at)}>${since(ticket.updated_at, now)}</time>${running(ticket, now)}</td>
    </tr>`;
}

/** A priority other than the normal one. @param {Ticket} ticket */
function sorted({ priority }) {
  if (!priority || priority === 'normal') return nothing;
  return html`<b class="priority ${priority}">${PRIORITIES[priority]}<span class="sr"> priority</span></b> `;
}

/** A custom field: its value, and its name for those who do not see the head. @param {Field} field @param {Ticket} ticket @param {number} place */
function value(field, { custom_fields: custom }, place) {
  const said = html`<i>${field.labels.en}: </i>${worded(field, custom?.[field.key]) || '–'}`;
  return place
    ? html`<small class="cut" dir="auto">${said}</small>`
    : html`<span class="cut" dir="auto">${said}</span>`;
}

/** The target that is due first. @param {Ticket} ticket @param {number} now */
function target(ticket, now) {
  const [first] = targetsOf(ticket, now);
  if (!first) return nothing;
  return html`<span class=${first.look || nothing} title=${first.at ? long(first.at) : nothing}>${first.words}</span><small>${first.name}</small>`;
}

/** The clock that runs on a ticket. @param {Ticket} ticket @param {number} now */
function running(ticket, now) {
  if (ticket.snoozed_until) return html`<small>snoozed until ${stamp(ticket.snoozed_until, now)}</small>`;
  if (ticket.status === 'open' && ticket.waiting_since)
    return html`<small>waiting ${roughly(now - new Date(ticket.waiting_since).getTime())}</small>`;
  if (ticket.reopen_until && !ticket.closed_at)
    return html`<small>reopen until ${day(ticket.reopen_until, now)}</small>`;
  return ticket.closed_at ? html`<small>closed for good</small>` : nothing;
}
