/**
 * Where one customer's chat stands, from what the server says. Pure: the views only draw it.
 *
 * @import { Durable, Frame, Ok } from '../shared/client/types.js'
 * @import { Team } from '../shared/types.js'
 * @typedef {'opening'|'form'|'starting'|'queued'|'active'|'closed'} Phase
 */

export class Visit {
  /** @type {Team[]} */
  teams = [];
  /** @type {Phase} */
  phase = 'opening';
  /** @type {string|null} */
  chat = null;
  /** @type {string|null} */
  team = null;
  /** @type {number|null} */
  position = null;
  /** @type {number|null} */
  waitS = null;
  /** @type {{id: string, name: string, connected: boolean}|null} */
  agent = null;
  /** @type {{ticket: number, status: string, reason: string}|null} */
  closing = null;
  readByStaff = 0;
  lastSeq = 0;
  lastRead = 0;
  /** @type {number[]} the `seq` of what staff wrote and was not seen */
  fromStaff = [];

  /** Forgets the chat that was. @param {Phase} phase */
  begin(phase) {
    Object.assign(this, { phase, chat: null, team: null, position: null, waitS: null, agent: null, closing: null, readByStaff: 0, lastSeq: 0, lastRead: 0, fromStaff: [] });
  }

  /** The `ok` to `hello`. @param {Ok} ok @param {string|null} known the chat that this browser remembers @returns {string|null} the chat to follow */
  greeted(ok, known) {
    this.teams = ok.teams ?? [];
    const open = ok.chats?.[0]?.chat ?? null;
    if (this.chat) return null;
    const chat = open ?? known;
    if (chat) this.join(chat);
    return chat;
  }

  /** @param {string} chat */
  join(chat) {
    this.chat = chat;
  }

  /** The `ok` to `chat.resume`, or to `chat.start`: what holds besides the events. @param {Ok} ok */
  holds(ok) {
    if (ok.chat && ok.chat !== this.chat) return;
    // The answer to a command that was sent again says how it was the first time.
    if (ok.seq < this.lastSeq) return;
    if (ok.state && ok.state !== 'closed') this.phase = ok.state === 'active' ? 'active' : 'queued';
    if ('position' in ok) this.position = ok.position;
    if ('wait_s' in ok) this.waitS = ok.wait_s;
    if (ok.agent) this.agent = { connected: true, ...ok.agent };
    if (ok.read?.staff) this.readByStaff = Math.max(this.readByStaff, ok.read.staff);
    if (ok.read?.customer) this.readUpto(ok.read.customer);
  }

  /** A durable event of this chat. @param {Durable} frame */
  told(frame) {
    if (frame.chat !== this.chat) return;
    this.lastSeq = Math.max(this.lastSeq, frame.seq);
    switch (frame.type) {
      case 'chat.started':
        this.team = frame.team;
        this.phase = 'queued';
        break;
      case 'chat.assigned':
        this.agent = { ...frame.staff, connected: true };
        this.phase = 'active';
        this.position = null;
        break;
      case 'message':
        if (frame.from.kind === 'staff' && frame.seq > this.lastRead) this.fromStaff.push(frame.seq);
        break;
      case 'chat.closed':
        this.closing = { ticket: frame.ticket, status: frame.status, reason: frame.reason };
        this.phase = 'closed';
        break;
      default:
    }
  }

  /** News that is not stored. @param {Frame} frame */
  heard(frame) {
    if (frame.chat !== this.chat) return;
    if (frame.type === 'queue.position') {
      this.position = frame.position;
      this.waitS = frame.wait_s;
    } else if (frame.type === 'chat.presence' && this.agent && frame.from.kind === 'staff') {
      this.agent.connected = frame.connected;
    } else if (frame.type === 'read' && frame.from.kind === 'staff') {
      this.readByStaff = Math.max(this.readByStaff, frame.upto);
    }
  }

  /** The customer has seen everything up to `seq`. @param {number} seq */
  readUpto(seq) {
    this.lastRead = Math.max(this.lastRead, seq);
    this.fromStaff = this.fromStaff.filter((one) => one > this.lastRead);
  }

  get unread() {
    return this.fromStaff.length;
  }

  /** The team's name as shown, the key for lack of it. */
  teamName(key = this.team) {
    return this.teams.find((team) => team.team === key)?.name ?? key ?? '';
  }
}

/**
 * What the line view says.
 * @param {number|null} position @param {number|null} waitS @param {(seconds: number) => string} about
 * @returns {{figure: string, line: string}}
 */
export function placeWords(position, waitS, about) {
  if (!position) return { figure: '', line: 'You’re in line' };
  const wait = waitS === null || waitS === undefined ? '' : `, ${about(waitS)}`;
  return { figure: String(position), line: position === 1 ? `You’re next${wait}` : `You’re number ${position} in line${wait}` };
}

/**
 * What the customer reads after the chat; promises no mail.
 * @param {{ticket: number, status: string, reason: string}} closing @param {string} statusName @param {string} team
 * @returns {{title: string, text: string}}
 */
export function afterWords({ ticket, status, reason }, statusName, team) {
  if (reason === 'abandoned') return { title: `We kept it as ticket #${ticket}`, text: `${team} has your message and works on it under this number.` };
  if (status === 'solved') return { title: `It’s now ticket #${ticket}, solved`, text: 'The whole conversation is kept with it. Name this number if the same thing comes back.' };
  return { title: `It’s now ticket #${ticket}, ${statusName.toLowerCase()}`, text: `The whole conversation is kept with it. ${team} goes on under this number.` };
}
