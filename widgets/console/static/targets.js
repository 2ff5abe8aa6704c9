/**
 * Teams and colleagues to whom a chat can be transferred, with the facts that help to choose. Pure.
 *
 * @import { Colleague, Queue, Team } from '../shared/types.js'
 * @typedef {{key: string, kind: 'team'|'staff', id: string, name: string, facts: string, sign: string, warns: boolean, dot: ''|'ok'|'warn'|'hollow',
 *   no: boolean, closed: boolean}} Target
 *   `sign`: in a word, how it stands; `no`: nobody can be given it there just now; `closed`: a team that takes no chats, but tickets
 */

import { stamp } from '../shared/days.js';

const MINUTE = 60_000;
/** A closing time further away than this does not matter for a transfer. */
const CLOSES_SOON_MS = 60 * MINUTE;

/** @param {string} at */
const ms = (at) => new Date(at).getTime();

/** @param {Team} team @param {Queue|undefined} queue known of one's own teams alone @param {number} now @returns {Target} */
function teamTarget(team, queue, now) {
  const target = {
    key: `team ${team.team}`,
    kind: /** @type {const} */ ('team'),
    id: team.team,
    name: team.name,
    dot: /** @type {const} */ (''),
    no: false,
  };
  if (!team.open)
    return {
      ...target,
      facts: team.opens_at ? `Opens ${stamp(team.opens_at, now)}` : 'Takes no chats',
      sign: 'closed',
      warns: false,
      closed: true,
    };
  const waiting = queue?.waiting ?? team.waiting;
  const left = team.closes_at ? ms(team.closes_at) - now : Number.POSITIVE_INFINITY;
  const unstaffed = team.staffed === false || queue?.available === 0;
  const facts = [
    queue?.available !== undefined ? `${queue.available} available` : unstaffed ? 'Nobody available' : '',
    waiting ? `${waiting} in the queue` : 'queue empty',
    left < CLOSES_SOON_MS ? `closes in ${Math.max(1, Math.round(left / MINUTE))} min` : '',
  ]
    .filter(Boolean)
    .join(', ');
  const slow = unstaffed || (waiting > 0 && queue?.free_seats === 0);
  return { ...target, facts, sign: slow ? 'long wait' : 'open', warns: slow, closed: false };
}

/**
 * @param {Colleague} colleague @param {string} team whose the chat is @param {(key: string) => string} teamName
 * @returns {Target}
 */
function colleagueTarget({ staff, name, teams, status, connected, held, capacity, free, paused }, team, teamName) {
  const here = connected && status === 'available';
  // They take it for the chat’s own team if they are in it, else for one of theirs.
  const pauses = teams.includes(team) ? paused.includes(team) : teams.every((one) => paused.includes(one));
  const sign = here
    ? pauses
      ? 'paused'
      : free > 0
        ? `${free} ${free === 1 ? 'slot' : 'slots'} free`
        : 'full'
    : status === 'available'
      ? 'offline'
      : status;
  return {
    key: `staff ${staff}`,
    kind: 'staff',
    id: staff,
    name,
    facts: `${teams.map(teamName).join(', ')}${teams.length ? ', ' : ''}${held} of ${capacity} chats`,
    sign,
    warns: false,
    dot: here ? 'ok' : status === 'away' && connected ? 'warn' : 'hollow',
    no: !(here && !pauses && free > 0),
    closed: false,
  };
}

/** Targets that can take the chat come first. @param {Target} a @param {Target} b */
const byRoom = (a, b) => Number(a.no) - Number(b.no) || a.name.localeCompare(b.name);

/**
 * @param {{teams: Team[], queues: Queue[], staff: Colleague[], me: string, team: string, now: number, teamName: (key: string) => string}} desk
 *   `team`: whose the chat is
 * @returns {Array<{title: string, targets: Target[]}>} the teams; then the people team by team, each once, those of the chat's own team first
 */
export function groups({ teams, queues, staff, me, team, now, teamName }) {
  const all = teams.map((one) =>
    teamTarget(
      one,
      queues.find((queue) => queue.team === one.team),
      now,
    ),
  );
  const found = [
    { title: 'Teams', targets: [...all.filter(({ closed }) => !closed), ...all.filter(({ closed }) => closed)] },
  ];
  const left = new Map(staff.filter((one) => one.staff !== me).map((one) => [one.staff, one]));
  for (const key of [team, ...teams.map((one) => one.team).filter((one) => one !== team)]) {
    const members = [...left.values()].filter((one) => one.teams.includes(key));
    for (const one of members) left.delete(one.staff);
    if (members.length)
      found.push({
        title: teamName(key),
        targets: members.map((one) => colleagueTarget(one, team, teamName)).sort(byRoom),
      });
  }
  return found;
}

/** Targets with all words of a query in their visible text. @param {ReturnType<typeof groups>} all @param {string} query */
export function matching(all, query) {
  const words = query.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const fits = (/** @type {Target} */ { name, facts, sign }) =>
    words.every((word) => `${name} ${facts} ${sign}`.toLocaleLowerCase().includes(word));
  return all
    .map(({ title, targets }) => ({ title, targets: targets.filter(fits) }))
    .filter(({ targets }) => targets.length);
}
