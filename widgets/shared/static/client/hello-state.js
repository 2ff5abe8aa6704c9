/**
 * Keeps the `ok` to `hello` up to date with later events. A tab that opens an hour later starts from it, because
 * `hello` can only be sent once per connection.
 */

import { afterTicketNews } from './tickets.js';

/** @import { Command, Frame, Ok } from './types.js' */

/** @param {Ok} hello @param {Frame} frame an event @returns {Ok} */
export function afterEvent(hello, frame) {
  switch (frame.type) {
    case 'queues':
      return { ...hello, queues: frame.queues };
    case 'hours':
      return { ...hello, teams: teamsAfter(hello.teams ?? [], frame.teams) };
    case 'presence':
      return frame.staff === hello.staff ? { ...hello, ...frame, type: hello.type } : hello;
    case 'chat.offered':
      return { ...hello, offers: [...withoutOffer(hello, frame.about.chat), frame] };
    case 'chat.withdrawn':
      return { ...hello, offers: withoutOffer(hello, frame.chat) };
    case 'alarm':
      return {
        ...hello,
        alarms: [
          ...(hello.alarms ?? []).filter((/** @type {Frame} */ one) => nameOf(one) !== nameOf(frame)),
          frame,
        ].filter((/** @type {Frame} */ one) => !one.over),
      };
    case 'chat.started':
      return hello.visitor
        ? withChat(hello, { chat: frame.chat, state: 'queued', team: frame.team, seq: frame.seq })
        : hello;
    case 'chat.queued':
      return hello.visitor
        ? withFacts(hello, frame, { state: 'queued', team: frame.team })
        : withoutChat(hello, frame.chat);
    case 'chat.assigned':
      return assigned(hello, frame);
    case 'chat.left':
      return frame.who?.id === hello.staff ? withoutChat(hello, frame.chat) : withFacts(hello, frame, {});
    case 'chat.closed':
      return withoutChat(hello, frame.chat);
    case 'ticket.news':
    case 'ticket.gone':
    case 'ticket.read':
      return { ...hello, tickets: afterTicketNews(hello.tickets ?? [], frame) ?? hello.tickets };
    default:
      return typeof frame.seq === 'number' && frame.chat ? withFacts(hello, frame, {}) : hello;
  }
}

/** @param {Ok} hello @param {Command} command @param {Ok} ok to that command @returns {Ok} */
export function afterOk(hello, command, ok) {
  switch (command.type) {
    case 'identify':
      return { ...hello, visitor: ok.visitor, token: ok.token, chats: ok.chats ?? [], tickets: ok.tickets ?? [] };
    case 'presence.set':
      return {
        ...hello,
        status: ok.status,
        capacity: ok.capacity,
        reason: command.fields.reason ?? null,
        by: 'self',
        paused: ok.paused,
      };
    case 'chat.start':
      return withChat(hello, { chat: ok.chat, state: ok.state ?? 'queued', team: command.fields.team, seq: ok.seq });
    case 'chat.accept':
    case 'chat.pick':
    case 'chat.take':
      return ok.about ? withChat({ ...hello, offers: withoutOffer(hello, ok.about.chat) }, ok.about) : hello;
    case 'chat.decline':
      return { ...hello, offers: withoutOffer(hello, command.fields.chat) };
    case 'chat.end':
    case 'chat.close':
    case 'chat.transfer':
      return withoutChat(hello, command.fields.chat);
    default:
      return typeof ok.seq === 'number' && ok.chat
        ? withFacts(hello, { chat: ok.chat, seq: ok.seq, at: ok.at }, {})
        : hello;
  }
}

/** @param {Ok} hello @param {Frame} frame */
function assigned(hello, frame) {
  if (hello.visitor) return withFacts(hello, frame, { state: 'active' });
  if (frame.staff?.id !== hello.staff) return withoutChat(hello, frame.chat);
  return frame.about ? withChat(hello, frame.about) : hello;
}

/** @param {Ok} hello @param {Record<string, any>} chat */
function withChat(hello, chat) {
  return { ...hello, chats: [...withoutChat(hello, chat.chat).chats, chat] };
}

/** The offers without one that is over. The desk announces each offer once. @param {Ok} hello @param {string} chat */
function withoutOffer(hello, chat) {
  return (hello.offers ?? []).filter((/** @type {Frame} */ one) => one.about.chat !== chat);
}

/** The identity of an alarm. @param {Frame} alarm */
const nameOf = ({ kind, team, chat }) => [kind, team, chat].join();

/** @param {Ok} hello @param {string} chat */
function withoutChat(hello, chat) {
  return { ...hello, chats: (hello.chats ?? []).filter((/** @type {any} */ one) => one.chat !== chat) };
}

/** @param {Ok} hello @param {Record<string, any>} event @param {Record<string, any>} facts */
function withFacts(hello, event, facts) {
  const chats = (hello.chats ?? []).map((/** @type {any} */ one) => {
    if (one.chat !== event.chat) return one;
    const last = 'last_at' in one ? { last_at: event.at } : {};
    return (event.seq ?? 0) > one.seq ? { ...one, ...last, ...facts, seq: event.seq } : one;
  });
  return { ...hello, chats };
}

/** Staff know more of a team than the hours say. Teams may come and go with the hours file. @param {any[]} before @param {any[]} now */
function teamsAfter(before, now) {
  const byTeam = new Map(before.map((team) => [team.team, team]));
  return now.map((team) => ({ ...byTeam.get(team.team), ...team }));
}
