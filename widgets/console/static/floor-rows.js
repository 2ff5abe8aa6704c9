/**
 * The floor that the desk sends, and what it says about each agent. Pure; times in ms.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @typedef {{chat: string|null, team: string|null, customer: string|null, state: 'owed'|'waiting_for_agent'|'waiting_for_customer'|'offered', since: string, unanswered_since?: string|null}} HeldChat
 *   `unanswered_since`: since when the customer has waited, also with an agent before this one
 * @typedef {{staff: string, name: string, role: 'agent'|'supervisor', teams: string[], status: string, reason: string|null, since: string, by: string, connected: boolean, gone_since: string|null,
 *   capacity: number, free: number, taken: number, wrapping_up: number, paused: string[], chats: HeldChat[], handled: number, rating: number|null, today_by?: string|null, today_changed?: string[]}} AgentRow
 * @typedef {{team: string, name: string, open: boolean, opens_at: string|null, closes_at: string|null, waiting: number, longest_wait_s: number, target_s: number,
 *   within_target: number|null, waits: Array<number|null>, answered: number, abandoned: number, missed: number, available: number, away: number, seats: number, seats_taken: number, agent_grace_s: number}} TeamRow
 * @typedef {{version: number, asOf: number, teams: TeamRow[], agents: Map<string, AgentRow>}} Floor
 * @typedef {{first: number, next: number}} Targets how long a customer may wait for a first and a next response
 */

/** The first response that nobody was told a target for. */
const FIRST_REPLY = 180_000;
const NEXT_REPLY = 300_000;

/** @param {string} at */
const ms = (at) => new Date(at).getTime();

/**
 * The floor after a frame.
 * @param {Floor|null} before @param {Frame} frame `floor`
 * @returns {Floor|null} null if a frame is missing between the two, so that a whole floor must be asked for
 */
export function floorAfter(before, { version, after, as_of, teams, agents, gone }) {
  const asOf = ms(as_of);
  if (after === 0)
    return { version, asOf, teams, agents: new Map(agents.map((/** @type {AgentRow} */ row) => [row.staff, row])) };
  if (before === null || before.version !== after) return null;
  const changed = new Map(teams.map((/** @type {TeamRow} */ row) => [row.team, row]));
  const all = new Map(before.agents);
  for (const staff of gone) all.delete(staff);
  for (const row of agents) all.set(row.staff, row);
  return { version, asOf, teams: before.teams.map((row) => changed.get(row.team) ?? row), agents: all };
}

/** @param {Array<{team: string, first_reply_s?: number, next_reply_s?: number}>} teams as in the `ok` to `hello` @returns {Map<string, Targets>} */
export function targetsOf(teams) {
  return new Map(
    teams.map(({ team, first_reply_s, next_reply_s }) => [
      team,
      {
        first: first_reply_s ? first_reply_s * 1000 : FIRST_REPLY,
        next: next_reply_s ? next_reply_s * 1000 : NEXT_REPLY,
      },
    ]),
  );
}

/**
 * By how long the reply in a chat is overdue; negative while there is time left; null if none is owed.
 * @param {HeldChat} chat @param {Map<string, Targets>} targets @param {number} now
 */
export function overdueBy({ state, since, team }, targets, now) {
  if (state !== 'owed' && state !== 'waiting_for_agent') return null;
  const { first, next } = targets.get(team ?? '') ?? { first: FIRST_REPLY, next: NEXT_REPLY };
  return now - ms(since) - (state === 'owed' ? first : next);
}

/**
 * The wait of an agent's customers that is worst: what is overdue for longest, otherwise the longest.
 * @param {AgentRow} agent @param {Map<string, Targets>} targets @param {number} now
 * @returns {{kind: 'first'|'next'|'waits', ms: number}|null} `ms`: overdue by, or waiting for; null if nobody waits
 */
export function worstWait(agent, targets, now) {
  const waits = agent.chats
    .map((chat) => ({ chat, over: overdueBy(chat, targets, now) }))
    .filter((one) => one.over !== null);
  const overdue = (/** @type {string} */ state) =>
    Math.max(-1, ...waits.filter(({ chat }) => chat.state === state).map(({ over }) => over ?? -1));
  const first = overdue('owed');
  const next = overdue('waiting_for_agent');
  if (Math.max(first, next) >= 0) return first >= next ? { kind: 'first', ms: first } : { kind: 'next', ms: next };
  return waits.length ? { kind: 'waits', ms: Math.max(...waits.map(({ chat }) => waited(chat, now))) } : null;
}

/** For how long the customer has waited, with whichever agent. @param {HeldChat} chat @param {number} now */
export const waited = ({ since, unanswered_since: first }, now) => now - ms(first ?? since);

/**
 * When the supervisors get an alarm about a first response that is late: the agent alone is reminded first.
 * @param {HeldChat} chat @param {Map<string, Targets>} targets @param {number} now @returns {number|null} ms from now; null if it is theirs already, or not late
 */
export function alarmIn(chat, targets, now) {
  const over = overdueBy(chat, targets, now);
  const left = (targets.get(chat.team ?? '')?.first ?? FIRST_REPLY) - (over ?? -1);
  return chat.state === 'owed' && over !== null && over >= 0 && left > 0 ? left : null;
}

/** Chats of a team that agents hold. @param {Iterable<AgentRow>} agents @param {string} team */
export const heldOf = (agents, team) =>
  [...agents].flatMap(({ chats }) => chats).filter((chat) => chat.team === team && chat.state !== 'offered').length;

/**
 * The slots of available agents that are taken. Without such an agent: the chats that other agents still hold, if any.
 * @param {{taken: number, seats: number, away: number, available?: number}} row @param {number} held
 */
export function slotsWords({ taken, seats, away, available }, held) {
  if (seats) return `${taken} of ${seats}`;
  if (!held) return 'no slots';
  const chats = `${held} ${held === 1 ? 'chat' : 'chats'}`;
  // Whoever is available takes no more than 0 chats today.
  return available ? `${chats}, no slots` : `${chats}, nobody ${away ? 'available' : 'connected'}`;
}

/** Smaller is worse. @param {AgentRow} agent @param {ReturnType<typeof worstWait>} worst */
function rank(agent, worst) {
  if (worst && worst.kind !== 'waits') return 0;
  const holds = agent.chats.length > 0;
  if (holds && !agent.connected) return 2;
  if (holds && agent.status !== 'available') return 3;
  if (worst) return 4;
  return agent.status === 'available' ? 5 : 6;
}

/** The worst first, then by name. @param {Iterable<AgentRow>} agents @param {Map<string, Targets>} targets @param {number} now @returns {string[]} ids */
export function worstFirst(agents, targets, now) {
  const ranked = [...agents].map((agent) => {
    const worst = worstWait(agent, targets, now);
    return { agent, place: rank(agent, worst), ms: worst?.ms ?? 0 };
  });
  ranked.sort((a, b) => a.place - b.place || b.ms - a.ms || a.agent.name.localeCompare(b.agent.name));
  return ranked.map(({ agent }) => agent.staff);
}

/** The same agents in the order in which they stand; new ones at the end. @param {string[]} standing @param {string[]} wanted */
export function keptOrder(standing, wanted) {
  const there = new Set(wanted);
  const known = new Set(standing);
  return [...standing.filter((staff) => there.has(staff)), ...wanted.filter((staff) => !known.has(staff))];
}

/** Figures of all teams together. An agent of two teams counts once. @param {Floor} floor */
export function totals({ teams, agents }) {
  const sum = (/** @type {(row: TeamRow) => number} */ of) => teams.reduce((all, row) => all + of(row), 0);
  const rows = [...agents.values()];
  const serving = rows.filter((row) => row.connected && row.status === 'available');
  return {
    waiting: sum((row) => row.waiting),
    longest: Math.max(0, ...teams.map((row) => (row.waiting ? row.longest_wait_s : 0))),
    answered: sum((row) => row.answered),
    abandoned: sum((row) => row.abandoned),
    available: serving.length,
    away: rows.filter((row) => row.connected && row.status !== 'available').length,
    seats: serving.reduce((all, row) => all + row.capacity, 0),
    taken: serving.reduce((all, row) => all + row.taken, 0),
    held: teams.reduce((all, { team }) => all + heldOf(rows, team), 0),
  };
}
