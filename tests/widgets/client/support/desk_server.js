/**
 * A small desk that keeps the protocol's promises, in memory, over real sockets, and over requests: commands are
 * remembered by person and id, `ok`s stand in the event's place, customers see no notes, a replay comes before the `ok` to
 * its resume. A test may put its own hand on a command before the desk does.
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { accountOf } from '../../../../widgets/shared/static/client/identity.js';
import { Wire } from './wire.js';

/** @typedef {Record<string, any>} Frame */
/**
 * @typedef {{send: (text: string) => void, close: (code?: number) => void, terminate: () => void, readyState: number, OPEN: number,
 *   on: (event: 'message'|'close', hear: (data: unknown) => void) => unknown}} Connection
 */
/** @typedef {{socket: Connection, staff: boolean, person: string, follows: Set<string>, greeted: boolean, identity?: string|null}} Peer */
/** @typedef {{events: Frame[], state: string, team: string, customer: string}} Chat */
/** @typedef {(frame: Frame, peer: Peer, go: () => void) => void} Hand `go`: let the desk do it */

const AGENT = { kind: 'staff', id: 'agent-1', name: 'Mateo' };

export class DeskServer {
  epoch = 'epoch-1';
  /** @type {Map<string, Chat>} */ chats = new Map();
  /** @type {Set<Peer>} */ peers = new Set();
  /** @type {Array<Frame & {person: string}>} every frame from a client, in order */ heard = [];
  /** @type {Map<string, Frame>} `ok`s by person and id */ stored = new Map();
  /** @type {Map<string, Hand>} */ hands = new Map();
  teams = /** @type {Frame[]} */ ([]);
  limits = {
    frame: 131_072,
    text: 8_000,
    files: { count: 0, size: 0, types: [] },
    commands_per_10s: 60,
    chats_per_hour: 10,
  };
  visitors = 0;
  /** @type {Map<string, string>} which account a visitor is */ accounts = new Map();
  connections = 0;
  /** @type {number|null} close every new connection with this code instead of greeting it */ refuseWith = null;

  /** WebSockets that opened. */
  upgraded = 0;
  /** @type {'pass'|'refuse'|'swallow'} what somebody between does to WebSockets: to swallow is to take them, and let nothing pass */ sockets =
    'pass';

  wire = new Wire((line, side) => this.#connected(line, side === 'staff'));
  server = createServer((request, response) => this.wire.answer(request, response));
  upgrades = new WebSocketServer({
    noServer: true,
    handleProtocols: (all) => (all.has('switchboard.v1') ? 'switchboard.v1' : false),
  });

  static async open() {
    const desk = new DeskServer();
    desk.server.on('upgrade', (request, stream, head) => {
      if (desk.sockets === 'refuse') {
        stream.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        return;
      }
      desk.upgrades.handleUpgrade(request, stream, head, (socket) => {
        desk.upgraded += 1;
        if (desk.sockets === 'pass') desk.#connected(socket, request.url === '/ws/staff');
      });
    });
    desk.server.listen(0, '127.0.0.1');
    await once(desk.server, 'listening');
    return desk;
  }

  /** @param {'customer'|'staff'} role */
  url(role) {
    const address = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    return `ws://127.0.0.1:${address.port}/ws/${role}`;
  }

  async close() {
    this.cut();
    for (const socket of this.upgrades.clients) socket.terminate();
    const closed = new Promise((resolve) => this.server.close(resolve));
    // Nobody can come any more; who leaves just now may still be asking.
    this.server.closeAllConnections();
    await closed;
  }

  /** Every connection is gone, as when a cable is pulled. */
  cut() {
    for (const peer of this.peers) peer.socket.terminate();
  }

  /** @param {number} code */
  hangUp(code) {
    for (const peer of this.peers) peer.socket.close(code);
  }

  /** @param {string} type @returns {Frame[]} the frames of a type that came in */
  heardOf(type) {
    return this.heard.filter((frame) => frame.type === type);
  }

  /** The next command of a type goes through this hand, and only that one. @param {string} type @param {Hand} hand */
  next(type, hand) {
    this.hands.set(type, (frame, peer, go) => {
      this.hands.delete(type);
      hand(frame, peer, go);
    });
  }

  /** A chat with an agent, begun elsewhere. @param {string} chat @param {string} customer */
  begin(chat, customer) {
    this.chats.set(chat, { events: [], state: 'active', team: 'media', customer });
    this.append(chat, { type: 'chat.started', from: sender(customer), team: 'media', fields: {} });
  }

  /** Something that others did. @param {string} chat @param {Frame} event @param {{silently?: boolean}} [how] `silently`: nobody is told */
  append(chat, event, { silently = false } = {}) {
    const { events } = this.#chat(chat);
    const whole = { from: AGENT, ...event, chat, seq: events.length + 1, at: new Date().toISOString() };
    events.push(whole);
    if (!silently) for (const peer of this.peers) if (peer.follows.has(chat)) this.show(peer, whole);
    return whole;
  }

  /** @param {Peer} peer @param {Frame} event as stored */
  show(peer, event) {
    if (!visible(event, peer)) return;
    const before = this.#chat(event.chat).events.filter((one) => one.seq < event.seq && visible(one, peer));
    const { person, id, ...rest } = event;
    say(peer, { ...rest, ...(person === peer.person ? { id } : {}), prev: before.at(-1)?.seq ?? 0 });
  }

  // -- one connection --------------------------------------------------------------------------

  /** @param {Connection} socket @param {boolean} staff */
  #connected(socket, staff) {
    this.connections += 1;
    if (this.refuseWith) {
      socket.close(this.refuseWith);
      return;
    }
    /** @type {Peer} */
    const peer = { socket, staff, person: staff ? AGENT.id : '', follows: new Set(), greeted: false };
    this.peers.add(peer);
    socket.on('close', () => this.peers.delete(peer));
    socket.on('message', (data) => this.#heard(JSON.parse(String(data)), peer));
  }

  /** @param {Frame} frame @param {Peer} peer */
  #heard(frame, peer) {
    this.heard.push({ ...frame, person: peer.person });
    const go = () => this.#handle(frame, peer);
    const hand = this.hands.get(frame.type);
    if (hand) hand(frame, peer, go);
    else go();
  }

  /** @param {Frame} frame @param {Peer} peer */
  #handle(frame, peer) {
    const known = this.stored.get(`${peer.person} ${frame.id}`);
    if (known) say(peer, { ...known, dup: true });
    else if (frame.type === 'hello') this.#hello(frame, peer);
    else if (!peer.greeted) refuse(peer, frame, { code: 'unauthorized', message: 'Send hello first.' });
    else if (frame.type === 'ping') say(peer, { type: 'ok', id: frame.id, at: new Date().toISOString() });
    else if (frame.type === 'presence.set')
      say(peer, { type: 'ok', id: frame.id, status: frame.status, capacity: 5, paused: [] });
    else if (frame.type === 'chat.start') this.#start(frame, peer);
    else if (frame.type === 'chat.resume') this.#resume(frame, peer);
    else if (frame.type === 'message.send') this.#write(frame, peer, { type: 'message', text: frame.text, files: [] });
    else if (frame.type === 'note.add') this.#write(frame, peer, { type: 'note', text: frame.text });
    else if (frame.type === 'chat.end') this.#end(frame, peer);
    else if (frame.type === 'chat.rate')
      this.#commit(frame, peer, { type: 'chat.rated', score: frame.score, comment: frame.comment ?? null }, {});
    else if (frame.type === 'message.redact') this.#redact(frame, peer);
    else if (frame.type === 'identify') this.#identify(frame, peer);
  }

  /** @param {Frame} frame @param {Peer} peer */
  #hello(frame, peer) {
    peer.greeted = true;
    const common = { epoch: this.epoch, heartbeat_s: 10, limits: this.limits, teams: this.teams };
    if (peer.staff) {
      const chats = [...this.chats].map(([chat, { state, team, events }]) => ({
        chat,
        state,
        team,
        seq: events.length,
      }));
      say(peer, {
        type: 'ok',
        id: frame.id,
        staff: AGENT.id,
        name: AGENT.name,
        role: 'agent',
        status: 'away',
        capacity: 5,
        queues: [],
        chats,
        ...common,
      });
      return;
    }
    this.#prove(peer, frame.token?.slice('token-of-'.length) ?? null, frame.identity ?? null);
    say(peer, { type: 'ok', id: frame.id, ...this.#customer(peer), ...common });
  }

  /** @param {Frame} frame @param {Peer} peer */
  #start(frame, peer) {
    const chat = `chat-${this.chats.size + 1}`;
    this.chats.set(chat, { events: [], state: 'queued', team: frame.team, customer: peer.person });
    for (const one of this.peers) if (one.person === peer.person) one.follows.add(chat);
    const by = { id: frame.id, person: peer.person, from: sender(peer.person) };
    const started = this.append(
      chat,
      { type: 'chat.started', ...by, team: frame.team, fields: {}, name: frame.name ?? null },
      { silently: true },
    );
    const message = this.append(chat, { type: 'message', ...by, text: frame.text, files: [] }, { silently: true });
    for (const one of this.peers)
      if (one.follows.has(chat) && one !== peer) for (const event of [started, message]) this.show(one, event);
    this.#acknowledge(frame, peer, message, { state: 'queued', position: 1, wait_s: null });
  }

  /** @param {Frame} frame @param {Peer} peer */
  #resume(frame, peer) {
    const chat = this.chats.get(frame.chat);
    if (!chat || (!peer.staff && !this.#owns(peer, chat))) {
      refuse(peer, frame, { code: 'not_found', message: "This chat doesn't exist, or you can't see it." });
      return;
    }
    if (frame.after > chat.events.length) {
      refuse(peer, frame, { code: 'invalid', message: 'after: too far', fields: { after: 'too far' } });
      return;
    }
    peer.follows.add(frame.chat);
    for (const event of chat.events.filter(({ seq }) => seq > frame.after)) this.show(peer, event);
    const seq = chat.events.filter((event) => visible(event, peer)).at(-1)?.seq ?? 0;
    say(peer, { type: 'ok', id: frame.id, seq, state: chat.state });
  }

  /** @param {Frame} frame @param {Peer} peer @param {Frame} event */
  #write(frame, peer, event) {
    const chat = this.chats.get(frame.chat);
    if (!chat || (!peer.staff && !this.#owns(peer, chat)))
      refuse(peer, frame, { code: 'not_found', message: "This chat doesn't exist, or you can't see it." });
    else if (chat.state === 'closed')
      refuse(peer, frame, { code: 'chat_closed', message: 'This chat is closed.', ticket: 7 });
    else if (!frame.text.trim())
      refuse(peer, frame, { code: 'invalid', message: 'text: nothing in it', fields: { text: 'nothing in it' } });
    else this.#commit(frame, peer, event, {});
  }

  /** @param {Frame} frame @param {Peer} peer */
  #end(frame, peer) {
    const chat = this.#chat(frame.chat);
    chat.state = 'closed';
    const by = peer.staff ? AGENT : sender(peer.person);
    this.#commit(
      frame,
      peer,
      { type: 'chat.closed', ticket: 7, status: 'open', resolution: null, reason: 'ended', by },
      { ticket: 7 },
    );
  }

  /** @param {Frame} frame @param {Peer} peer */
  #redact(frame, peer) {
    Object.assign(this.#chat(frame.chat).events[frame.of - 1], { text: null, redacted: true });
    this.#commit(frame, peer, { type: 'message.redacted', of: frame.of }, {});
  }

  /** @param {Frame} frame @param {Peer} peer */
  #identify(frame, peer) {
    this.#prove(peer, peer.person, frame.identity);
    say(peer, { type: 'ok', id: frame.id, ...this.#customer(peer) });
  }

  /** A visitor who is an account's goes on as the same with a proof of it alone; any other becomes it. @param {Peer} peer @param {string|null} person @param {string|null} identity */
  #prove(peer, person, identity) {
    const account = identity && accountOf(identity);
    const bound = person && (this.accounts.get(person) ?? null);
    const stays = person && (bound === null || bound === account);
    if (!stays) this.visitors += 1;
    peer.person = stays ? person : `visitor-${this.visitors}`;
    peer.identity = identity;
    if (account) this.accounts.set(peer.person, account);
  }

  /** @param {Peer} peer */
  #customer(peer) {
    const chats = [...this.chats]
      .filter(([, chat]) => this.#owns(peer, chat) && chat.state !== 'closed')
      .map(([chat, { state, team, events }]) => ({ chat, state, team, seq: events.length }));
    return { visitor: peer.person, token: `token-of-${peer.person}`, chats };
  }

  /** @param {Peer} peer @param {Chat} chat */
  #owns({ person }, { customer }) {
    const account = this.accounts.get(person);
    return customer === person || (account !== undefined && this.accounts.get(customer) === account);
  }

  /** @param {Frame} frame @param {Peer} peer @param {Frame} event @param {Frame} answer */
  #commit(frame, peer, event, answer) {
    const by = { id: frame.id, person: peer.person, from: peer.staff ? AGENT : sender(peer.person) };
    const whole = this.append(frame.chat, { ...event, ...by }, { silently: true });
    for (const one of this.peers) if (one !== peer && one.follows.has(frame.chat)) this.show(one, whole);
    this.#acknowledge(frame, peer, whole, answer);
  }

  /** @param {Frame} frame @param {Peer} peer @param {Frame} last @param {Frame} answer */
  #acknowledge(frame, peer, { chat, seq, at }, answer) {
    const prev =
      this.#chat(chat)
        .events.filter((event) => event.seq < seq && visible(event, peer))
        .at(-1)?.seq ?? 0;
    const ok = { type: 'ok', id: frame.id, chat, seq, prev, at, ...answer };
    this.stored.set(`${peer.person} ${frame.id}`, ok);
    say(peer, ok);
  }

  /** @param {string} chat @returns {Chat} */
  #chat(chat) {
    return /** @type {Chat} */ (this.chats.get(chat));
  }
}

/** @param {string} customer */
const sender = (customer) => ({ kind: 'customer', id: customer, name: null, verified: false });

/** @param {Frame} event @param {Peer} peer */
const visible = (event, peer) => peer.staff || event.type !== 'note';

/** @param {Peer} peer @param {Frame} frame */
export function say({ socket }, frame) {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
}

/** @param {Peer} peer @param {Frame} frame @param {Frame} refusal */
export function refuse(peer, frame, refusal) {
  say(peer, { type: 'error', id: frame.id, ...refusal });
}
