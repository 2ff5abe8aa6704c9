/**
 * The timeline of a ticket for staff: chats, replies, notes and wait times, with redactions and original authors. Pure.
 *
 * @import { Item, Viewer, Words } from '../shared/story.js'
 * @import { Ticket } from '../shared/types.js'
 */

import { span } from '../shared/moments.js';
import { Story, redactedKey, removed, writtenFor } from '../shared/story.js';
import { waits } from './times.js';

/** @param {Ticket} ticket @param {Viewer} viewer @param {Words} words @returns {Item[]} */
export function itemsOf(ticket, viewer, words) {
  const events = ticket.transcript ?? [];
  const story = new Story(viewer, words);
  const redactions = new Map(
    events.filter(({ type }) => type === 'message.redacted').map((event) => [redactedKey(event), event]),
  );
  const waited = waits(events);
  const items = events
    .flatMap((event) => story.add(event))
    .flatMap((item) => {
      const redaction = redactions.get(item.key);
      return [...mark(item, waited.get(item.key)), redaction ? removed(item, redaction) : item];
    });
  return ticket.channel === 'staff' ? asTheRequesters(items, ticket) : items;
}

/** A line before a late answer. @param {Item} item @param {number|undefined} waited ms @returns {Item[]} */
function mark({ key, seq, at }, waited) {
  return waited === undefined
    ? []
    : [
        {
          kind: 'line',
          key: `${key}-wait`,
          seq,
          at,
          gap: true,
          icon: 'clock',
          parts: ['The customer waited ', { strong: span(waited) }],
        },
      ];
}

/** The first text of a ticket that staff opened for somebody is that person's own words. @param {Item[]} items @param {Ticket} ticket */
function asTheRequesters(items, { requester }) {
  const first = items.findIndex(({ kind }) => kind === 'message');
  if (items[first]?.by?.kind !== 'staff') return items;
  const { id = null, name = null, email = null } = requester ?? {};
  return items.with(first, writtenFor(items[first], { kind: 'customer', id, name: name ?? email }));
}
