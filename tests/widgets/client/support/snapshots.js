/**
 * What a browser knows after a snapshot and the events that followed it, and what it knows after a newer snapshot: one JSON
 * object a line comes in, one goes out. tests/stories/test_snapshots.py asks, with what a real desk said.
 */

import { createInterface } from 'node:readline';
import { Visit } from '../../../../widgets/customer/static/visit.js';
import { afterEvent } from '../../../../widgets/shared/static/client/hello-state.js';

/** @typedef {import('../../../../widgets/shared/static/client/types.js').Frame} Frame */
/** @typedef {import('../../../../widgets/shared/static/client/types.js').Durable} Durable */
/** @typedef {{hello: Frame, alarms: Frame[], watched: Frame[], events: Durable[], ok: Frame|null}} Snapshot `alarms`: told after `hello`; `watched`: told once the chat is followed; `ok`: to the resume of the chat */
/** @typedef {{chat: string, before: Snapshot, heard: Frame[], after: Snapshot}} Asked */

/** @param {Frame} frame @returns {frame is Durable} */
const isDurable = (frame) => typeof frame.seq === 'number';

/** A conversation as it is read: what was taken back is gone from it. @param {Durable[]} events */
function read(events) {
  /** @type {Map<number, Frame>} */
  const log = new Map();
  for (const { id: _id, about: _about, ...event } of events) {
    log.set(event.seq, event);
    const taken = event.type === 'message.redacted' ? log.get(event.of) : undefined;
    if (taken) log.set(event.of, { ...taken, text: null, redacted: true, ...('files' in taken ? { files: [] } : {}) });
  }
  return [...log.values()];
}

/** What the widget makes of it. @param {string} chat @param {Snapshot} snapshot @param {Frame[]} heard */
function visited(chat, { hello, events, ok }, heard) {
  const visit = new Visit();
  visit.greeted(hello, chat);
  for (const event of events) visit.told(event);
  if (ok) visit.holds(ok);
  for (const frame of heard) {
    if (isDurable(frame)) visit.told(frame);
    else visit.heard(frame);
  }
  // Of the teams the other half says it all.
  const { teams: _teams, ...rest } = visit;
  return rest;
}

/** What the reader sees of themselves and the desk. @param {Frame} hello */
function standing({ chats, teams, queues, status, reason, by, capacity, paused, alarms = [] }) {
  // To the customer a chat that is offered waits; what is unread the console reckons from the events. How many wait in a team
  // is of the moment in which it was said.
  const short = chats.map((/** @type {Frame} */ { chat, state, team, seq }) => ({
    chat,
    state: state === 'offered' ? 'queued' : state,
    team,
    seq,
  }));
  const open = teams.map((/** @type {Frame} */ { waiting: _waiting, wait_s: _wait, ...team }) => team);
  return {
    chats: short.sort((/** @type {Frame} */ a, /** @type {Frame} */ b) => (a.chat < b.chat ? -1 : 1)),
    teams: open,
    queues,
    status,
    reason,
    by,
    capacity,
    paused,
    alarms: alarms.map(keyOf).sort(),
  };
}

/** @param {Frame} alarm */
const keyOf = ({ type: _type, ...alarm }) => JSON.stringify(Object.entries(alarm).sort());

/** @param {string} chat @param {Frame[]} heard */
const watchers = (chat, heard) =>
  heard.findLast((frame) => frame.type === 'chat.watched' && frame.chat === chat)?.by ?? [];

/** @param {string} chat @param {Snapshot} snapshot @param {Frame[]} heard */
function known(chat, snapshot, heard) {
  const hello = /** @type {Frame} */ ([...snapshot.alarms, ...heard].reduce(afterEvent, snapshot.hello));
  const events = [...snapshot.events, ...heard.filter(isDurable).filter((event) => event.chat === chat)];
  return {
    standing: standing(hello),
    log: read(events),
    watchers: watchers(chat, [...snapshot.watched, ...heard]),
    ...(hello.visitor ? { visit: visited(chat, snapshot, heard) } : {}),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  /** @type {Asked} */
  const { chat, before, heard, after } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ followed: known(chat, before, heard), fresh: known(chat, after, []) })}\n`);
}
