/**
 * Durations in the chats of a ticket, from its transcript. Pure.
 *
 * @import { Durable } from '../shared/client/types.js'
 */

import { keyOf } from '../shared/story.js';

/** Shorter waits are not marked in the timeline. */
const WAITED_MS = 2 * 60_000;

/** Wait of the customer before each late answer, in ms, by the key of its item. @param {Durable[]} transcript @returns {Map<string, number>} */
export function waits(transcript) {
  /** @type {Map<string, number>} since when somebody waits, by chat */
  const owed = new Map();
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const event of transcript) {
    const at = new Date(event.at).getTime();
    const since = owed.get(event.chat);
    // The wait in the queue has a line of its own.
    if (event.type === 'chat.assigned' && since !== undefined) owed.set(event.chat, at);
    if (event.type !== 'message') continue;
    if (event.from.kind === 'customer') owed.set(event.chat, since ?? at);
    else if (since !== undefined) {
      owed.delete(event.chat);
      if (at - since >= WAITED_MS) found.set(keyOf(event, event.seq), at - since);
    }
  }
  return found;
}

/** The times of the first chat in a transcript, in ms; null if a step never happened. @param {Durable[]} transcript */
export function times(transcript) {
  const at = (/** @type {Durable|undefined} */ event) => (event ? new Date(event.at).getTime() : null);
  const started = transcript.find((event) => event.type === 'chat.started');
  if (!started) return null;
  const begun = new Date(started.at).getTime();
  const chat = transcript.filter((event) => event.chat === started.chat);
  const assigned = at(chat.find((event) => event.type === 'chat.assigned'));
  const closed = at(chat.find((event) => event.type === 'chat.closed'));
  const replied = at(chat.find(isStaffs));
  const answers = chat.filter((event) => event.type === 'message');
  const gaps = answers.map((event, at) =>
    event.from.kind === 'staff' && answers[at - 1]?.from.kind === 'customer'
      ? since(event, firstUnanswered(answers, at))
      : 0,
  );
  const hands = [...new Set(chat.filter((event) => event.type === 'chat.assigned').map((event) => event.staff.name))];
  return {
    queued: assigned ? assigned - begun : closed ? closed - begun : null,
    firstReply: assigned && replied ? Math.max(0, replied - assigned) : null,
    unanswered: !transcript.some(isStaffs),
    longestGap: Math.max(0, ...gaps.slice(answers.findIndex((event) => event.from.kind === 'staff') + 1)) || null,
    length: closed ? closed - begun : null,
    hands,
  };
}

/** The customer's first message that the answer at `at` answers. @param {Durable[]} messages @param {number} at */
function firstUnanswered(messages, at) {
  let first = at - 1;
  while (messages[first - 1]?.from.kind === 'customer') first -= 1;
  return messages[first];
}

/** A message in a chat, or a reply on the ticket. @param {Durable} event */
const isStaffs = ({ type, from }) =>
  /^(message|reply)$/u.test(type) && from.kind === 'staff' && !from.id?.startsWith('rule-');

/** @param {Durable} event @param {Durable} before */
const since = (event, before) => new Date(event.at).getTime() - new Date(before.at).getTime();
