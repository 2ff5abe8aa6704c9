/**
 * The timeline of a ticket for staff: chats, replies, notes and wait times, with redactions and original authors. Pure.
 *
 * @import { Durable, TicketEvent } from '../shared/client/types.js'
 * @import { Item, Viewer, Words } from '../shared/story.js'
 * @import { Change, Ticket } from '../shared/types.js'
 */

import { sameDay } from '../shared/days.js';
import { span } from '../shared/moments.js';
import { Story, redactedKey, removed, writtenFor } from '../shared/story.js';
import { shapeOf } from '../shared/vocabulary.js';
import { whoOf } from './history.js';
import { waits } from './times.js';

/** @param {Pick<Ticket, 'transcript'|'history'|'channel'|'requester'>} ticket @param {Viewer} viewer @param {Words} words @returns {Item[]} */
export function itemsOf(ticket, viewer, words) {
  const events = inOrder(ticket.transcript ?? []);
  const story = new Story(viewer, words);
  const redactions = new Map(
    events.filter(({ type }) => type === 'message.redacted').map((event) => [redactedKey(event), event]),
  );
  const waited = waits(events);
  const closings = new Set(events.filter(({ type }) => type === 'chat.closed').map(({ at }) => at));
  const moves = movesOf(ticket.history ?? [], viewer, words).filter(({ at }) => !closings.has(at));
  const items = events
    .flatMap((event) => {
      const before = [];
      while (moves.length && moves[0].at < event.at) before.push(...onItsDay(moves.shift(), story));
      return [...before, ...story.add(event)];
    })
    .concat(...moves.map((move) => onItsDay(move, story)))
    .flatMap((item) => {
      const redaction = redactions.get(item.key);
      return [...mark(item, waited.get(item.key)), redaction ? removed(item, redaction) : item];
    });
  return ticket.channel === 'staff' ? asTheRequesters(items, ticket) : items;
}

/** An event of the ticket's own log, not of a chat. @param {Durable} event */
const isOwn = (event) => event.chat === undefined;

/** Number of the last event of the ticket's own log; 0 without any. @param {Ticket|null} ticket */
export const lastSeq = (ticket) => ticket?.transcript?.findLast(isOwn)?.seq ?? 0;

/**
 * Number of the last event of the ticket's own log that the reader has seen when it is loaded. On a first visit nothing
 * counts as new. @param {Ticket|null} ticket
 */
export function lastSeen(ticket) {
  const own = (ticket?.transcript ?? []).filter((event) => isOwn(event) && event.type !== 'message.redacted');
  const unread = ticket?.unread ?? 0;
  return unread && unread < own.length ? (own.at(-unread)?.seq ?? 1) - 1 : lastSeq(ticket);
}

/** The events of the chats and of the ticket's own log in the order of time, each in its own order. @param {Durable[]} events */
function inOrder(events) {
  const own = events.filter(isOwn);
  const merged = [];
  for (const event of events.filter((one) => !isOwn(one))) {
    while (own.length && own[0].at < event.at) merged.push(...own.splice(0, 1));
    merged.push(event);
  }
  return [...merged, ...own];
}

/** Changes of status and team as lines. @param {Change[]} history @param {Viewer} viewer @param {Words} words @returns {Item[]} */
function movesOf(history, viewer, words) {
  return history.flatMap(({ at, by, field, from, to }, place) => {
    // The first line of a history says how the ticket was opened, and the story shows that.
    if (from === null || (field !== 'status' && field !== 'team')) return [];
    const person = typeof by === 'object' ? by : null;
    const who = { strong: person?.id === viewer.id ? 'You' : whoOf(by) };
    const code = history.find((one) => one.at === at && one.field === 'resolution' && one.to);
    const [verb, value] = field === 'team' ? ['moved', words.team(to)] : ['set', words.status(to)];
    const parts = [
      // A customer's reply opens a ticket without a choice of theirs.
      ...(person?.kind === 'staff' ? [who, ` ${verb} it to `] : ['It’s now ']),
      { strong: value },
      code && to === 'solved' ? `: ${words.code(code.to)}` : '',
    ];
    const icon = field === 'team' ? 'arrow-right-left' : shapeOf(to)[1];
    return [{ kind: /** @type {const} */ ('line'), key: `move ${place}`, seq: 0, at, icon, parts }];
  });
}

/** A line, after the name of its day if it is the first of one. @param {Item|undefined} line @param {Story} story @returns {Item[]} */
function onItsDay(line, story) {
  if (!line) return [];
  const { lastAt } = story;
  const isNew = lastAt === null ? !sameDay(line.at, Date.now()) : !sameDay(lastAt, line.at);
  story.lastAt = line.at;
  return isNew ? [{ kind: 'day', key: `day-${line.key}`, seq: 0, at: line.at }, line] : [line];
}

/** Types of live events, as the transcript names them. @type {Record<string, string>} */
const STORED = { 'ticket.reply': 'reply', 'ticket.note': 'note', 'ticket.redacted': 'message.redacted' };

/** The transcript after a live event of the ticket's own log. @param {Durable[]} transcript @param {TicketEvent} frame @returns {Durable[]} */
export function withEvent(transcript, frame) {
  const event = /** @type {Durable} */ (/** @type {object} */ ({ ...frame, type: STORED[frame.type] ?? frame.type }));
  const kept =
    event.type === 'message.redacted'
      ? transcript.map((one) =>
          isOwn(one) && one.seq === event.of ? { ...one, text: null, files: [], redacted: true } : one,
        )
      : transcript;
  return [...kept, event];
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

/** The first text of a ticket that staff opened for somebody is that person's own words. @param {Item[]} items @param {Pick<Ticket, 'requester'>} ticket */
function asTheRequesters(items, { requester }) {
  const first = items.findIndex(({ kind }) => kind === 'message');
  if (items[first]?.by?.kind !== 'staff') return items;
  const { id = null, name = null, email = null } = requester ?? {};
  return items.with(first, writtenFor(items[first], { kind: 'customer', id, name: name ?? email }));
}
