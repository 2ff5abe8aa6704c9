/**
 * An agent's chats in three groups: first response owed, customer waiting, agent waiting. Pure; the page draws it.
 *
 * @import { Durable, Frame, Ok } from '../shared/client/types.js'
 * @import { About, Team } from '../shared/types.js'
 * @import { Parting } from './partings.js'
 * @import { Group } from './agent-chat.js'
 * @import { Timer } from './reply-clock.js'
 * @typedef {{chat: string, about: About|null, group: Group, since: number, unread: number, preview: string, own: boolean,
 *   typing: boolean, goneSince: number|null, from: string, waitingSince: number|null, timer: Timer}} Row `from`: first name of the colleague who transferred it, until the
 *   agent has replied
 */

import { firstName } from '../shared/people.js';
import { plainText } from '../shared/rich-text.js';
import { AgentChat, ms } from './agent-chat.js';
import { timerOf } from './reply-clock.js';

const REMOVED = 'Message removed';
/** The group of chats that an alarm of this kind is about. @type {Record<string, Group>} */
const NUDGES = { first_reply: 'owed', next_reply: 'yours' };
/** How the colleague got a chat that was transferred, by reason. @type {Record<string, string>} */
const WAYS = { transfer: 'transferred', accept: 'accepted' };

/** Preview of a message without text. @param {Array<{name: string}>} files */
const filesWords = (files) => (files.length === 1 ? files[0].name : `${files.length} files`);

/** The text as one line: only that of staff has marks. @param {Durable} frame @param {boolean} own of staff @returns {string} */
const wordsOf = ({ text }, own) => (own ? plainText(text ?? '') : (text ?? ''));

/** Time until the first response is late; negative once it is. @param {Row} row @returns {number} ms */
const left = ({ timer: { text, ms } }) => (text === 'over' ? -ms : ms);

/** @param {Row} row */
const isLate = ({ timer: { tone } }) => tone === 'over';

/** The first line that is not empty. @param {string} text */
const firstLine = (text) =>
  text
    .trim()
    .split(/[\r\n]/u)[0]
    .trim();

export class Chats {
  /** @type {Map<string, AgentChat>} */
  #all = new Map();
  /** @type {Set<string>} */
  #typing = new Set();

  constructor() {
    /** @type {string|null} */
    this.me = null;
    /** @type {Map<string, Team>} */
    this.teams = new Map();
  }

  /** The `ok` to `hello`. @param {Ok} ok @returns {string[]} the chats to follow */
  greeted(ok) {
    /** @type {Team[]} */
    const teams = ok.teams ?? [];
    /** @type {About[]} */
    const abouts = ok.chats ?? [];
    this.me = ok.staff;
    this.teams = new Map(teams.map((team) => [team.team, team]));
    const listed = new Set(abouts.map((about) => about.chat));
    for (const held of this.#all.values()) if (!listed.has(held.chat)) held.held = false;
    for (const about of abouts) this.#known(about);
    return [...listed];
  }

  /** The current teams; fields that only staff get are kept. @param {Team[]} teams */
  hours(teams) {
    for (const team of teams) this.teams.set(team.team, { ...this.teams.get(team.team), ...team });
  }

  /** The agent has the chat; its events are on their way. @param {About} about */
  given(about) {
    Object.assign(this.#known(about), { parting: null, by: null, waits: false, lost: false });
  }

  /** @param {About} about */
  #known(about) {
    const held = this.of(about.chat);
    held.about = about;
    held.team = about.team;
    held.held = about.state !== 'closed';
    if (held.lastSeq === 0 && about.reply_owed_since) held.waitingSince = ms(about.reply_owed_since);
    return held;
  }

  /** @param {string} chat @returns {AgentChat} made where it is not known yet: the past comes before the assignment */
  of(chat) {
    const held = this.#all.get(chat) ?? new AgentChat(chat);
    this.#all.set(chat, held);
    return held;
  }

  /** Its events come again from the first. @param {string} chat */
  forget(chat) {
    const { about, team, held, parting } = this.of(chat);
    this.#all.set(chat, Object.assign(new AgentChat(chat), { about, team, held, parting }));
  }

  /** @param {string} chat */
  has(chat) {
    return this.#all.has(chat);
  }

  /**
   * A durable event.
   * @param {Durable} frame @returns {'assigned'|'closed'|'lost'|'asked'|'answered'|'message'|null} what it means for the agent; `asked`: a colleague
   *   may be to accept what they hand on, unless that one has it already; `answered`: it is known what came of that
   */
  told(frame) {
    const held = this.of(frame.chat);
    if (frame.seq <= held.lastSeq) return null;
    held.lastSeq = frame.seq;
    switch (frame.type) {
      case 'chat.started':
        held.fields = frame.fields ?? {};
        held.team = frame.team;
        held.waits = true;
        return null;
      case 'message':
        return this.#message(held, frame);
      case 'note':
        return this.#whisper(held, frame);
      case 'message.redacted':
        return this.#redacted(held, frame);
      case 'chat.described':
        held.fields = frame.fields;
        return null;
      case 'chat.addressed':
        held.correct({ email: frame.email });
        return null;
      case 'chat.assigned':
        return this.#assigned(held, frame);
      case 'chat.left':
        // The next event says to whom it was transferred.
        return frame.who.id === this.me && frame.reason !== 'transferred'
          ? this.parted(frame.chat, { how: frame.reason, by: frame.from?.name ?? null, to: null })
          : null;
      case 'chat.transferred':
        return this.#transferred(held, frame);
      case 'chat.queued':
        held.team = frame.team;
        held.by = null;
        held.waits = true;
        return this.#answered(held, 'unanswered') ?? this.parted(frame.chat, null);
      case 'chat.closed':
        if (held.held && frame.reason === 'closed' && frame.by.id !== this.me)
          held.parting = {
            how: 'closed',
            by: frame.by.name ?? (frame.by.id?.startsWith('rule-') ? 'A rule' : null),
            to: null,
          };
        held.closed = frame;
        held.held = false;
        held.waits = false;
        return this.#answered(held, 'ended') ?? 'closed';
      default:
        return null;
    }
  }

  /** @param {AgentChat} held @param {Durable} frame @returns {'message'|null} */
  #message(held, frame) {
    const own = frame.from.kind === 'staff';
    held.last = {
      seq: frame.seq,
      text: frame.redacted ? REMOVED : wordsOf(frame, own) || filesWords(frame.files ?? []),
      own: own && frame.from.id === this.me,
    };
    if (own) {
      held.firstReplyOwedAt = null;
      held.nudged = false;
      held.waitingSince = null;
      held.repliedAt = ms(frame.at);
      held.from = '';
      if (held.last.own) this.read(frame.chat, frame.seq);
      return null;
    }
    held.waitingSince ??= ms(frame.at);
    if (frame.text?.includes('@')) held.withAddress.push({ seq: frame.seq, text: frame.text });
    held.theirs = { seq: frame.seq, text: held.last.text };
    held.first ??= { seq: frame.seq, line: firstLine(frame.text ?? '') };
    if (frame.seq > held.readUpto) held.unread.push(frame.seq);
    return 'message';
  }

  /** A redacted message disappears everywhere, also as the subject. @param {AgentChat} held @param {Durable} frame @returns {null} */
  #redacted(held, { of }) {
    held.unread = held.unread.filter((seq) => seq !== of);
    held.withAddress = held.withAddress.filter(({ seq }) => seq !== of);
    const { last, first, about } = held;
    if (last && last.seq === of) last.text = REMOVED;
    if (held.theirs?.seq === of) held.theirs = null;
    if (!first || first.seq !== of) return null;
    if (about && first.line && about.subject === first.line) held.about = { ...about, subject: null };
    first.line = '';
    return null;
  }

  /** A supervisor's whisper counts as unread for the agent; other notes do not. @param {AgentChat} held @param {Durable} frame @returns {null} */
  #whisper(held, frame) {
    if (!frame.whisper || frame.redacted || frame.from.id === this.me) return null;
    held.last = {
      seq: frame.seq,
      text: `${frame.from.name?.split(' ')[0] ?? 'A supervisor'} whispers: ${wordsOf(frame, true)}`,
      own: false,
    };
    if (held.held && frame.seq > held.readUpto) held.unread.push(frame.seq);
    return null;
  }

  /** @param {AgentChat} held @param {Durable} frame @returns {'assigned'|'lost'|'answered'|null} */
  #assigned(held, frame) {
    const mine = frame.staff.id === this.me;
    const lost = held.held && !mine;
    if (frame.about) this.#known(frame.about);
    const answered = this.#answered(held, WAYS[frame.by] ?? 'outrun');
    held.held = mine;
    held.lost = !mine && (held.lost || lost);
    held.by = mine ? null : frame.staff.name;
    held.agentGone = false;
    held.waits = false;
    held.nudged = false;
    if (mine) held.parting = null;
    if (mine) held.firstReplyOwedAt = ms(frame.at);
    return mine ? 'assigned' : (answered ?? (lost ? 'lost' : null));
  }

  /** @param {AgentChat} held @param {Durable} frame @returns {'lost'|'asked'|null} */
  #transferred(held, frame) {
    held.team = frame.to_team;
    held.from = frame.from?.id === this.me ? '' : firstName(frame.from?.name);
    const to = frame.to_staff?.name ?? null;
    if (frame.from?.id !== this.me)
      return held.held ? this.parted(held.chat, { how: 'reassigned', by: frame.from?.name ?? null, to }) : null;
    const lost = this.parted(held.chat, { ...held.parting, how: to ? 'asked' : 'transferred', by: null, to });
    return lost && to ? 'asked' : lost;
  }

  /** Records the answer of a colleague who was asked to take a chat. @param {AgentChat} held @param {string} how @returns {'answered'|null} */
  #answered(held, how) {
    if (held.parting?.how !== 'asked') return null;
    held.parting.how = how;
    return 'answered';
  }

  /** The agent no longer has the chat. @param {string} chat @param {Parting|null} parting how, where that is known @returns {'lost'|null} */
  parted(chat, parting) {
    const held = this.of(chat);
    const lost = held.held;
    held.held = false;
    held.lost ||= lost;
    if (parting) held.parting = parting;
    return lost ? 'lost' : null;
  }

  /** The desk reports the answer of a colleague who was asked to take a chat. @param {string} chat @param {string} reason @returns {boolean} is that news? */
  settled(chat, reason) {
    const held = this.of(chat);
    if (reason === 'unanswered') {
      held.parting = { by: null, to: null, ...held.parting, how: 'unanswered' };
      held.waits = true;
      return true;
    }
    return this.#answered(held, reason === 'taken' ? 'outrun' : reason) !== null;
  }

  /** A colleague has been asked to take it. @param {string} chat */
  isAsked(chat) {
    return this.#all.get(chat)?.parting?.how === 'asked';
  }

  /** An ephemeral event. @param {Frame} frame */
  heard(frame) {
    if (!frame.chat || !this.#all.has(frame.chat)) return;
    const held = this.of(frame.chat);
    const customer = frame.from?.kind === 'customer';
    if (frame.type === 'alarm' && NUDGES[frame.kind] === held.group) held.nudged = held.held && !frame.over;
    else if (frame.type === 'chat.presence' && customer) held.customerIs(frame.connected, ms(frame.since));
    else if (frame.type === 'chat.presence') held.agentGone = !frame.connected;
    else if (frame.type === 'page' && held.about) held.about = { ...held.about, page: frame.page };
    else if (frame.type === 'chat.customer') held.correct({ name: frame.name, email: frame.email });
    else if (frame.type === 'read' && customer) held.readByCustomer = Math.max(held.readByCustomer, frame.upto);
  }

  /** The `ok` to `chat.resume`. @param {Ok} ok */
  resumed(ok) {
    const held = this.of(ok.chat);
    // If the customer is disconnected, the desk says so after this.
    held.goneSince = null;
    if (ok.about) {
      held.about = ok.about;
      held.team = ok.about.team;
      // The desk knows of the times at which the customer was disconnected.
      const owed = ok.about.reply_owed_since;
      if (held.waitingSince !== null && owed) held.waitingSince = Math.max(held.waitingSince, ms(owed));
    }
    if (ok.agent) held.agentGone = !ok.agent.connected;
    if (ok.read?.staff) this.read(ok.chat, ok.read.staff);
    if (ok.read?.customer) held.readByCustomer = Math.max(held.readByCustomer, ok.read.customer);
  }

  /** The agent has seen everything up to `seq`. @param {string} chat @param {number} seq */
  read(chat, seq) {
    const held = this.of(chat);
    held.readUpto = Math.max(held.readUpto, seq);
    held.unread = held.unread.filter((one) => one > held.readUpto);
  }

  /** @param {string} chat @param {boolean} on */
  typing(chat, on) {
    if (on) this.#typing.add(chat);
    else this.#typing.delete(chat);
  }

  get unread() {
    return this.#mine().reduce((sum, held) => sum + held.unread.length, 0);
  }

  /** How many of the agent's chats need them: something is unread. */
  get needing() {
    return this.#mine().filter(({ unread }) => unread.length).length;
  }

  get count() {
    return this.#mine().length;
  }

  /** The agent's chats, with the last known `seq` of each. @returns {Map<string, number>} */
  get mine() {
    return new Map(this.#mine().map(({ chat, lastSeq, about }) => [chat, Math.max(lastSeq, about?.seq ?? 0)]));
  }

  #mine() {
    return [...this.#all.values()].filter((held) => held.held);
  }

  /** The three groups. First replies are sorted by deadline, the others by the longest wait, late replies first. @param {number} now ms @returns {Record<Group, Row[]>} */
  groups(now) {
    const rows = this.#mine()
      .map((held) => this.#row(held, now))
      .sort((a, b) => a.since - b.since || (a.chat < b.chat ? -1 : 1));
    return {
      owed: rows.filter((row) => row.group === 'owed').sort((a, b) => left(a) - left(b)),
      yours: rows.filter((row) => row.group === 'yours').sort((a, b) => Number(isLate(b)) - Number(isLate(a))),
      theirs: rows.filter((row) => row.group === 'theirs'),
    };
  }

  /** @param {AgentChat} held @param {number} now @returns {Row} */
  #row(held, now) {
    return {
      chat: held.chat,
      about: held.about,
      group: held.group,
      since: held.since,
      unread: held.unread.length,
      preview: held.last?.text ?? held.about?.subject ?? '',
      own: held.last?.own ?? false,
      typing: this.#typing.has(held.chat),
      goneSince: held.goneSince,
      from: held.from,
      waitingSince: held.waitingSince,
      timer: timerOf(held, this.teams.get(held.team), now),
    };
  }
}

/**
 * The order on the screen. While the reader's pointer or focus is in the list, rows stay
 * where they are: new ones go to the end of their group, gone ones leave.
 * @param {Record<Group, string[]>} shown @param {Record<Group, string[]>} wanted @param {boolean} held
 * @returns {Record<Group, string[]>}
 */
export function settle(shown, wanted, held) {
  if (!held) return wanted;
  const alive = new Set(Object.values(wanted).flat());
  const placed = new Set(Object.values(shown).flat());
  const kept = (/** @type {Group} */ group) => [
    ...shown[group].filter((chat) => alive.has(chat)),
    ...wanted[group].filter((chat) => !placed.has(chat)),
  ];
  return { owed: kept('owed'), yours: kept('yours'), theirs: kept('theirs') };
}
