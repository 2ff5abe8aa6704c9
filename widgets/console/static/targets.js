/**
 * Teams and colleagues to whom a chat can be transferred, with the facts that help to choose. Pure.
 *
 * @import { Colleague, Queue, Team } from '../shared/types.js'
 * @typedef {{key: string, kind: 'team'|'staff', id: string, name: string, facts: string, sign: string, tone: ''|'warn'|'danger',
 *   dot: ''|'ok'|'warn'|'hollow', no: boolean, closed: boolean, teams: string[]}} Target
 *   `sign`: in a word, how it stands; `danger`: a team where nobody is; `no`: nobody can be given it there just now; `closed`: a team that takes
 *   no chats, but tickets; `teams`: of a colleague
 * @typedef {{target: Target, why: string}} Instead a team for a colleague who cannot take it
 */

import { stamp } from '../shared/days.js';
import { allFull, serves as takes } from './free-slots.js';
import { foreignLanguage, languageOf } from './languages.js';

const MINUTE = 60_000;
/** A closing time further away than this does not matter for a transfer. */
const CLOSES_SOON_MS = 60 * MINUTE;

/** @param {string} at */
const ms = (at) => new Date(at).getTime();

/**
 * @param {Team} team @param {Queue|undefined} queue known of one's own teams alone @param {number|undefined} available others who take its chats, if
 *   that is known @param {boolean} full none of them has a free slot @param {number} now @returns {Target}
 */
function teamTarget(team, queue, available, full, now) {
  const target = {
    key: `team ${team.team}`,
    kind: /** @type {const} */ ('team'),
    id: team.team,
    name: team.name,
    dot: /** @type {const} */ (''),
    no: false,
    teams: [],
  };
  if (!team.open)
    return {
      ...target,
      facts: team.opens_at ? `Opens ${stamp(team.opens_at, now)}` : 'Takes no chats',
      sign: 'closed',
      tone: '',
      closed: true,
    };
  const waiting = queue?.waiting ?? team.waiting;
  const left = team.closes_at ? ms(team.closes_at) - now : Number.POSITIVE_INFINITY;
  // A team counts as staffed for some minutes after its last agent has gone.
  const unstaffed = available === undefined ? team.staffed === false : available === 0;
  const longest = waiting && queue ? Math.round(queue.longest_wait_s / 60) : 0;
  const facts = [
    available ? `${available} available${full ? ', all full' : ''}` : '',
    waiting ? `${waiting} in the queue` : 'queue empty',
    unstaffed && longest ? `waits ${longest} min` : '',
    left < CLOSES_SOON_MS ? `closes in ${Math.max(1, Math.round(left / MINUTE))} min` : '',
  ]
    .filter(Boolean)
    .join(', ');
  if (unstaffed) return { ...target, facts, sign: 'nobody available', tone: 'danger', closed: false };
  const slow = full || (waiting > 0 && queue?.free_seats === 0);
  return { ...target, facts, sign: slow ? 'long wait' : 'open', tone: slow ? 'warn' : '', closed: false };
}

/** Present and available. @param {Colleague} colleague */
const isHere = ({ connected, status }) => connected && status === 'available';

/**
 * How many others take chats of a team: the chat never comes back to the one who transfers it. Undefined until it is known.
 * @param {string} team @param {{queue: Queue|undefined, staff: Colleague[], me: string, serves: boolean}} from
 * @returns {number|undefined}
 */
function availableFor(team, { queue, staff, me, serves }) {
  if (queue?.available !== undefined) return Math.max(0, queue.available - (serves ? 1 : 0));
  if (!staff.length) return undefined;
  return staff.filter((one) => one.staff !== me && takes(one, team)).length;
}

/**
 * @param {Colleague} colleague @param {string} team whose the chat is @param {string} language the customer's, if it is foreign
 * @param {(key: string) => string} teamName @returns {Target}
 */
function colleagueTarget(colleague, team, language, teamName) {
  const { staff, name, teams, status, connected, held, capacity, free, paused, languages = [] } = colleague;
  const here = isHere(colleague);
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
    facts: [
      ...teams.map(teamName),
      ...(languages.map(languageOf).includes(language) ? [`speaks ${language}`] : []),
      `${held} of ${capacity} chats`,
    ].join(', '),
    sign,
    tone: '',
    dot: here ? 'ok' : status === 'away' && connected ? 'warn' : 'hollow',
    no: !(here && !pauses && free > 0),
    closed: false,
    teams,
  };
}

/** Targets that can take the chat come first. @param {Target} a @param {Target} b */
const byRoom = (a, b) => Number(a.no) - Number(b.no) || a.name.localeCompare(b.name);

/**
 * @param {{teams: Team[], queues: Queue[], staff: Colleague[], me: string, serves: (team: string) => boolean, team: string, locale?: string|null,
 *   now: number, teamName: (key: string) => string}} desk `staff`: empty until it is known; `serves`: oneself takes new chats of a team; `team`: whose the chat is; `locale`: the customer's
 * @returns {Array<{title: string, targets: Target[]}>} the teams; then the people team by team, each once, those of the chat's own team first
 */
export function groups({ teams, queues, staff, me, serves, team, locale = null, now, teamName }) {
  const all = teams.map((one) => {
    const queue = queues.find(({ team: key }) => key === one.team);
    const available = availableFor(one.team, { queue, staff, me, serves: serves(one.team) });
    return teamTarget(one, queue, available, allFull(staff, me, one.team), now);
  });
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
        targets: members.map((one) => colleagueTarget(one, team, foreignLanguage(locale), teamName)).sort(byRoom),
      });
  }
  return found;
}

/**
 * Targets with all words of a query in their visible text, without headings and the best match first: by the name, then by
 * other text, those that can take it before those that cannot. Without a query, all under their headings.
 * @param {ReturnType<typeof groups>} all @param {string} query @returns {ReturnType<typeof groups>}
 */
export function matching(all, query) {
  const words = plain(query).split(/\s+/u).filter(Boolean);
  if (!words.length) return all;
  const fits = (/** @type {Target} */ { name, facts, sign }) =>
    words.every((word) => plain(`${name} ${facts} ${sign}`).includes(word));
  const found = all.flatMap(({ targets }) => targets.filter(fits));
  const rank = (/** @type {Target} */ { name }) => byName(plain(name), words);
  found.sort((a, b) => rank(a) - rank(b) || Number(a.no) - Number(b.no));
  return found.length ? [{ title: '', targets: found }] : [];
}

/** @param {string} name @param {string[]} words */
function byName(name, words) {
  if (name.startsWith(words.join(' '))) return 0;
  if (words.every((word) => ` ${name}`.includes(` ${word}`))) return 1;
  return words.every((word) => name.includes(word)) ? 2 : 3;
}

/** Without case and accents. @param {string} text */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/**
 * The team that gets the chat if the best match is a colleague who cannot take it: the chat's own if they are on it, else
 * the first that takes chats, else one that takes tickets. Null if the best match can.
 * @param {ReturnType<typeof groups>} found @param {ReturnType<typeof groups>} all @param {string} team whose the chat is @returns {Instead|null}
 */
export function insteadOf(found, all, team) {
  const [best] = found.flatMap(({ targets }) => targets);
  if (!best?.no) return null;
  const theirs = all
    .flatMap(({ targets }) => targets)
    .filter(({ kind, id }) => kind === 'team' && best.teams.includes(id));
  const [target] = theirs.sort((a, b) => order(a, team) - order(b, team));
  return target ? { target, why: `${best.name} isn’t available (${best.sign}).` } : null;
}

/** @param {Target} target @param {string} team */
const order = ({ id, closed }, team) => (closed ? 2 : id === team ? 0 : 1);
