/** An agent's work at a scripted desk. */

import { DeskError } from '../../../../widgets/shared/static/client/errors.js';
import { Drafts } from '../../../../widgets/shared/static/drafts.js';
import '../../support/served.js';

const { AgentWork } = await import('../../../../widgets/console/static/agent-work.js');

export const NOW = Date.UTC(2026, 10, 25, 12);
export const ME = { id: 'me', name: 'Priya', email: 'priya@desk.example', role: 'agent', teams: ['media'] };
export const CUSTOMER = { kind: 'customer', id: 'v', name: 'Danielle' };
export const STAFF = { kind: 'staff', id: 'me', name: 'Priya' };
export const COLLEAGUE = { kind: 'staff', id: 'h', name: 'Hannah Bergström' };
export const at = new Date(NOW).toISOString();
export const TOM = { kind: 'staff', id: 't', name: 'Tom Reyes' };
/** What the desk answers where a colleague is offered the chat. */
export const ASKED = { chat: 'a', seq: 2, at, expires_at: new Date(NOW + 30_000).toISOString() };

/** @param {string} chat */
export const about = (chat, more = {}) => ({
  chat,
  state: 'active',
  team: 'media',
  seq: 0,
  customer: { id: 'v', name: 'Danielle' },
  last_at: at,
  reply_owed_since: null,
  subject: null,
  ...more,
});

/** @param {string[]} chats */
export const hello = (chats) => ({
  staff: 'me',
  status: 'available',
  capacity: 5,
  teams: [],
  chats: chats.map((chat) => about(chat)),
  queues: [],
});

/** A desk that does as it is told, and writes down what it is asked. */
class ScriptedDesk {
  /** @type {Map<string, Array<(...told: unknown[]) => void>>} */
  listeners = new Map();
  /** @type {unknown[][]} */
  asked = [];
  /** @type {Map<string, number>} */
  seqs = new Map();
  /** @type {DeskError|null} */
  refusal = null;
  /** The `ok` to a durable command. @type {object} */
  answer = { ticket: 1 };
  hello = null;
  state = { line: 'live', retryAt: null, since: 0, code: null, leader: true };

  on(/** @type {string} */ name, /** @type {(...told: unknown[]) => void} */ listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return () => {};
  }

  tell(/** @type {string} */ name, /** @type {unknown[]} */ ...told) {
    for (const listener of this.listeners.get(name) ?? []) listener(...told);
  }

  line(/** @type {string} */ line) {
    this.state = { ...this.state, line };
    this.tell('state', this.state);
  }

  event(/** @type {string} */ chat, /** @type {string} */ type, /** @type {object} */ from, more = {}, replay = false) {
    const seq = (this.seqs.get(chat) ?? 0) + 1;
    this.seqs.set(chat, seq);
    this.tell('event', { type, chat, seq, prev: seq - 1, at, from, ...more }, { chat, replay });
  }

  /** A chat goes to somebody of staff. */
  assigned(/** @type {string} */ chat, /** @type {typeof STAFF} */ staff, more = {}, replay = false) {
    const { id, name } = staff;
    this.event(chat, 'chat.assigned', staff, { staff: { id, name }, about: about(chat), ...more }, replay);
  }

  /** What was asked of one type. */
  askedOf(/** @type {string} */ type) {
    return this.asked.filter(([asked]) => asked === type).map(([, fields]) => fields);
  }

  commit(/** @type {string} */ type, /** @type {object} */ fields) {
    this.asked.push([type, fields]);
    const done = this.refusal ? Promise.reject(this.refusal) : Promise.resolve(this.answer);
    return { id: 'x', done };
  }

  command(/** @type {string} */ type, /** @type {object} */ fields) {
    this.asked.push([type, fields]);
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve({ status: 'away', capacity: 5, paused: [] });
  }

  cast(/** @type {string} */ type, /** @type {object} */ fields) {
    this.asked.push([type, fields]);
  }

  follow(/** @type {string} */ chat) {
    this.asked.push(['follow', chat]);
  }

  unfollow(/** @type {string} */ chat) {
    this.asked.push(['unfollow', chat]);
    this.seqs.delete(chat);
  }

  discard(/** @type {string} */ id) {
    this.asked.push(['discard', id]);
  }

  lastSeq(/** @type {string} */ chat) {
    return this.seqs.get(chat) ?? 0;
  }

  outbox() {
    return [];
  }

  retry() {
    return Promise.resolve({});
  }

  start() {}

  /** What was asked over HTTP. @type {unknown[][]} */
  calls = [];
  /** Tickets that need a code, as the desk lists them. @type {object[]} */
  uncoded = [];

  asks(/** @type {string} */ method, /** @type {string} */ path, /** @type {object|undefined} */ options) {
    this.calls.push([method, path, options]);
    return { data: { tickets: this.uncoded, next: null }, etag: '"1"' };
  }
}

/** @param {string[]} chats */
export function working(chats, { attends = true } = {}) {
  const desk = new ScriptedDesk();
  let now = NOW;
  const line = /** @type {import('../../../../widgets/console/static/agent-work.js').DeskPort} */ (
    /** @type {unknown} */ (desk)
  );
  const work = new AgentWork({
    desk: line,
    me: ME,
    drafts: new Drafts('me', null),
    ask: async (method, path, options) => desk.asks(method, path, options),
    now: () => now,
    attends: () => attends,
  });
  desk.tell('state', desk.state);
  desk.tell('hello', {
    staff: 'me',
    status: 'available',
    capacity: 5,
    teams: [{ team: 'media', name: 'Media' }],
    chats: chats.map((chat) => about(chat)),
    queues: [],
  });
  const later = (/** @type {number} */ ms) => {
    now += ms;
  };
  return { desk, work, later };
}

/** What is on the screen is what the page goes to. @param {InstanceType<typeof AgentWork>} work */
export const goes = (work) =>
  work.addEventListener('go', (event) => {
    if (event instanceof CustomEvent) work.look(event.detail);
  });
