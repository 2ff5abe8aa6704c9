/**
 * What becomes of a reply to a ticket: how its requester reads it. Pure.
 *
 * @import { Ticket } from '../shared/types.js'
 * @import { Address } from './ticket-letters.js'
 */

import { firstName } from '../shared/people.js';

const NEW_TICKET = 'This ticket is closed for good, so your reply opens a new one. ';

/** @param {Pick<Ticket, 'closed_at'|'requester'>} ticket @param {Address|null} address the requester's, null until it is known @returns {string} empty until it is known */
export function replyWords({ closed_at: closed, requester }, address) {
  const said = wayWords(requester, address);
  return said && closed ? NEW_TICKET + said : said;
}

/** @param {Ticket['requester']} requester @param {Address|null} address */
function wayWords(requester, address) {
  const first = firstName(requester?.name);
  const [name, reads] = [first || 'the requester', Boolean(requester?.id)];
  const start = first || 'The requester';
  if (!requester?.email)
    return reads
      ? `${start} can read your reply and answer it in the chat window.`
      : `We have no email address. Your reply is saved on the ticket, but ${name} won’t be notified.`;
  if (!address) return '';
  if (address.health === 'bounced')
    return `Mail to ${name} comes back. ${reads ? 'They can read your reply online.' : 'They won’t get your reply.'}`;
  if (!address.verified) return `${start} gets a link by mail, not your text: the address isn’t confirmed.`;
  return `${start} gets your reply by mail${reads ? ' and can read it online' : ''}.`;
}
