/**
 * The active alarms of a supervisor's teams, and their texts. Pure.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @import { Queue, Team } from '../shared/types.js'
 * @typedef {{key: string, kind: string, team: string, chat: string|null, customer: string|null, staff: string|null, since: number, heard: number, over: boolean, hadBy: string|null, hadById: string|null, mutedUntil: number}} Alarm
 *   `customer`, `staff`, `hadBy`: names; `since`, `heard`, `mutedUntil`: ms
 * @typedef {{name: string, team: Team|undefined, queue: Queue|undefined, told: number, now: number}} Around `name`: of the alarm's team; `told`: when its queue was, ms
 * @typedef {{what: string, facts: string, tone: ''|'warn'|'danger', shape: string, act: ''|'take'|'look'|'queue'}} Said
 *   `act`: the one thing that can be done about it here
 */

import { timer } from '../shared/moments.js';

/** The worst first. */
const KINDS = ['unstaffed', 'agent_gone', 'first_reply', 'next_reply', 'closing', 'queue'];
const TONES = ['danger', 'warn', ''];
/**
 * An alarm stays at least this long after it is over. A disconnected agent is worth noticing even if a colleague gets
 * the chat at once.
 */
const SEEN_MS = 8_000;
const MINUTE = 60_000;

/** @param {string} at */
const ms = (at) => new Date(at).getTime();

export class Alarms {
  /** @type {Map<string, Alarm>} */
  #all = new Map();

  /** A connection begins, and active alarms are sent again. @param {Frame[]} frames those that are known already @param {number} now ms */
  begin(frames, now) {
    this.#all.clear();
    for (const frame of frames) this.heard(frame, now);
  }

  /** @param {Frame} frame `alarm` @param {number} now ms */
  heard(frame, now) {
    const { kind, team, chat = null, customer = null, staff, since, over = false } = frame;
    const key = [kind, team, chat ?? ''].join(' ');
    const known = this.#all.get(key);
    if (!over && KINDS.includes(kind))
      this.#all.set(key, {
        key,
        kind,
        team,
        chat,
        customer,
        staff: staff?.name ?? null,
        since: ms(since),
        heard: known?.heard ?? now,
        over,
        hadBy: frame.had_by?.name ?? null,
        hadById: frame.had_by?.id ?? null,
        mutedUntil: frame.muted_until ? ms(frame.muted_until) : 0,
      });
    else if (known && kind === 'agent_gone') known.over = true;
    else this.#all.delete(key);
    this.pass(now);
  }

  /** Time goes by. @param {number} now ms */
  pass(now) {
    for (const [key, { over, heard }] of this.#all) if (over && now - heard >= SEEN_MS) this.#all.delete(key);
  }

  /** By kind, then the longest first. The alarm that nobody is available replaces the one for a long wait. @returns {Alarm[]} */
  get all() {
    const all = [...this.#all.values()].filter(
      ({ kind, team }) => kind !== 'queue' || !this.#all.has(`unstaffed ${team} `),
    );
    return all.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.since - b.since);
  }
}

/** Alarms that began since the last call. Each is returned once, also over a lost connection. */
export class Begun {
  /** @type {Set<string>} */
  #said = new Set();

  /** @param {Alarm[]} alarms that stand @returns {Alarm[]} */
  of(alarms) {
    const fresh = alarms.filter(({ key, since, over }) => !over && !this.#said.has(`${key} ${since}`));
    for (const { key, since } of fresh) this.#said.add(`${key} ${since}`);
    return fresh;
  }
}

/** True if nobody takes care of the alarm, and it is not muted. @param {Alarm} alarm @param {number} now */
export const calls = ({ over, hadBy, mutedUntil }, now) => !over && hadBy === null && mutedUntil <= now;

const AGAIN_MS = 60_000;
/** An alarm that is not there, such as over a lost connection, is remembered for this long. */
const KEPT_MS = 3_600_000;

/** Says which alarms are heard now: each when it begins, and every minute until somebody has it. */
export class Reminders {
  /** When each was last heard. @type {Map<string, number>} ms */
  #heard = new Map();

  /** @param {Alarm[]} alarms that stand @param {number} now ms @returns {Alarm[]} */
  due(alarms, now) {
    for (const [key, at] of this.#heard) if (now - at >= KEPT_MS) this.#heard.delete(key);
    const due = alarms.filter((alarm) => {
      const at = this.#heard.get(`${alarm.key} ${alarm.since}`);
      return calls(alarm, now) && (at === undefined || now - at >= AGAIN_MS);
    });
    for (const { key, since } of due) this.#heard.set(`${key} ${since}`, now);
    return due;
  }
}

/** The worst on top. Those that somebody has, or that are muted, come last. @param {Alarm[]} alarms @param {(alarm: Alarm) => Around} around @returns {Array<{alarm: Alarm, said: Said, rests: boolean}>} */
export function worstFirst(alarms, around) {
  const rows = alarms.map((alarm) => {
    const given = around(alarm);
    return { alarm, said: alarmWords(alarm, given), rests: !alarm.over && !calls(alarm, given.now) };
  });
  return rows.sort(
    (a, b) => Number(a.rests) - Number(b.rests) || TONES.indexOf(a.said.tone) - TONES.indexOf(b.said.tone),
  );
}

/** @param {Alarm} alarm @param {Around} around @returns {Said} */
function alarmWords({ kind, customer, staff, since, over }, { name, team, queue, told, now }) {
  const who = customer ?? 'A visitor';
  const waiting = queue?.waiting ?? 0;
  const inQueue = waiting ? `${waiting} in the queue` : 'queue empty';
  const longest = queue?.waiting ? timer(queue.longest_wait_s * 1000 + now - told) : timer(now - since);
  switch (kind) {
    case 'unstaffed':
      return {
        what: `${name}: nobody available`,
        facts: `for ${timer(now - since)}, ${inQueue}${waiting ? `, longest wait ${longest}` : ''}`,
        tone: waiting ? 'danger' : 'warn',
        shape: 'user-x',
        act: waiting ? 'queue' : '',
      };
    case 'agent_gone': {
      const what = `${staff || 'An agent'} disconnected`;
      if (over) return { what, facts: `${who} is no longer waiting, ${name}`, tone: '', shape: 'wifi-off', act: '' };
      return {
        what,
        facts: `${who} is waiting again, ${name}, ${timer(now - since)}`,
        tone: 'danger',
        shape: 'wifi-off',
        act: 'take',
      };
    }
    case 'first_reply':
    case 'next_reply': {
      const first = kind === 'first_reply';
      const target = (first ? team?.first_reply_s : team?.next_reply_s) ?? 0;
      return {
        what: `${first ? 'First' : 'Next'} response overdue by ${timer(now - since - target * 1000)}`,
        facts: `${who}${staff ? `, with ${staff}` : ''}, ${name}`,
        tone: 'danger',
        shape: 'alarm-clock',
        act: 'look',
      };
    }
    case 'closing': {
      const left = team?.closes_at ? Math.max(1, Math.ceil((ms(team.closes_at) - now) / MINUTE)) : 0;
      return {
        what: team?.open && left ? `${name} closes in ${left} min` : `${name} has closed`,
        facts: inQueue,
        tone: 'warn',
        shape: 'clock',
        act: waiting ? 'queue' : '',
      };
    }
    default: {
      return {
        what: `${name}: longest wait ${longest}`,
        facts: `over the target for ${timer(now - since)}, ${inQueue}`,
        tone: 'warn',
        shape: 'hourglass',
        act: waiting ? 'queue' : '',
      };
    }
  }
}

/** The text for screen readers, without the part that changes every second. @param {Alarm} alarm @param {string} name of its team @returns {string} */
export function spokenWords({ kind, customer, staff }, name) {
  const who = customer ?? 'a visitor';
  switch (kind) {
    case 'unstaffed':
      return `${name}: nobody is available`;
    case 'agent_gone':
      return `${staff || 'An agent'} disconnected, and ${who} is waiting again for ${name}`;
    case 'first_reply':
    case 'next_reply':
      return `${kind === 'first_reply' ? 'First' : 'Next'} response overdue: ${who}${staff ? `, with ${staff}` : ''}, ${name}`;
    case 'closing':
      return `${name} is closing, and someone is still waiting`;
    default:
      return `${name}: someone has waited longer than the target`;
  }
}
