/**
 * A ticket's story for its customer: chats, each folded into one line or not, and the ticket's own events between them.
 * Pure.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @typedef {{chat: string, with: string[], from: string, to: string, messages: number, over: boolean, events: Durable[]}} Fold
 *   `with`: first names of staff who wrote or joined; `over`: it is closed
 */

import { day, sameDay } from '../shared/days.js';
import { clock } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { locale, n, t } from '../shared/words.js';

const dateOf = new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric' });

/** The chats of a transcript, in order. @param {Durable[]} past @returns {Fold[]} */
export function foldsOf(past) {
  /** @type {Map<string, Durable[]>} */
  const chats = new Map();
  for (const event of past) chats.set(event.chat, [...(chats.get(event.chat) ?? []), event]);
  return [...chats].map(([chat, events]) => ({
    chat,
    with: [...new Set(events.filter(({ type }) => type === 'chat.assigned').map(({ staff }) => firstName(staff.name)))],
    from: events[0].at,
    to: /** @type {Durable} */ (events.findLast(({ type }) => type === 'message' || type === 'chat.closed')).at,
    messages: events.filter(({ type }) => type === 'message').length,
    over: events.some(({ type }) => type === 'chat.closed'),
    events,
  }));
}

/** Chats and own events in the order of time; a chat stands where it began. @param {Fold[]} folds @param {Durable[]} own @returns {Array<{fold: Fold, event?: undefined}|{event: Durable, fold?: undefined}>} */
export function inOrder(folds, own) {
  const rest = [...own];
  /** @type {ReturnType<typeof inOrder>} */
  const all = [];
  for (const fold of folds) {
    while (rest.length && rest[0].at < fold.from) all.push({ event: /** @type {Durable} */ (rest.shift()) });
    all.push({ fold });
  }
  return [...all, ...rest.map((event) => ({ event }))];
}

/** `Tue, Nov 24, 16:34 to 16:53, 11 messages` @param {Fold} fold @param {number} now */
export function spanOf({ from, to, messages }, now) {
  const said = n('{count} message', '{count} messages', messages);
  const date = dateOf.format(new Date(from));
  const until = sameDay(from, to) ? clock(to) : `${day(to, now)}, ${clock(to)}`;
  if (until === clock(from)) return [date, until, said].join(', ');
  return t('{date}, {from} to {to}, {messages}', { date, from: clock(from), to: until, messages: said });
}
