/**
 * Chats that change hands: offers, taking, transfers, and messages about chats that are gone.
 *
 * @import { Frame, Ok } from '../shared/client/types.js'
 * @import { Queue } from '../shared/types.js'
 * @import { Chats } from './chats.js'
 * @typedef {'queue'|'team'|'talk'|'alarms'} Place where a chat was requested: in the queue, in a team's list, in the conversation, at an alarm
 */

import { DeskError } from '../shared/client/errors.js';
import { firstName } from '../shared/people.js';
import { Offers } from './offers.js';
import { partingWords } from './partings.js';

/** Messages about chats are shown this long, while somebody looks at the page. */
const SHOWN_MS = 30_000;

export class Handovers {
  offers = new Offers();
  /** Messages about chats that the agent no longer has, by chat. @type {Map<string, {words: string, until: number}>} */
  partings = new Map();
  /** Why the agent could not get a chat. @type {{at: Place, words: string, until: number}|null} */
  notHad = null;

  /**
   * @param {{commit: (type: string, fields: Record<string, unknown>) => Promise<Ok>, chats: Chats, now: () => number, attends: () => boolean,
   *   teamName: (team: string) => string, taken: (chat: string) => void, handedOn: (chat: string, to: string) => void, redraw: () => void}} given
   *   `attends`: somebody looks at the page; `taken`: a chat is the agent's now; `handedOn`: they transferred one
   */
  constructor({ commit, chats, now, attends, teamName, taken, handedOn, redraw }) {
    this.commit = commit;
    this.chats = chats;
    this.now = now;
    this.attends = attends;
    this.teamName = teamName;
    this.taken = taken;
    this.handedOn = handedOn;
    this.redraw = redraw;
  }

  /** Removes messages that were shown long enough. */
  pass() {
    const now = this.now();
    for (const [chat, parting] of this.partings) {
      if (!this.attends()) parting.until = now + SHOWN_MS;
      else if (now >= parting.until) this.partings.delete(chat);
    }
    if (this.notHad && now >= this.notHad.until) this.notHad = null;
    this.offers.pass(now);
  }

  // -- chats that are gone -------------------------------------------------------------------

  /** Shows what became of a chat. While a colleague is asked, the message stays at least until their deadline. @param {string} chat */
  says(chat) {
    const asked = this.chats.isAsked(chat) ? (this.chats.of(chat).parting?.seconds ?? 0) * 1000 : 0;
    this.partings.set(chat, { words: this.partingOf(chat), until: this.now() + asked + SHOWN_MS });
  }

  /** The reason why the agent no longer has a chat. @param {string} chat */
  partingOf(chat) {
    const { about, parting, team, by } = this.chats.of(chat);
    return partingWords(parting, {
      who: firstName(about?.customer.name) || 'a visitor',
      team: this.teamName(team),
      by,
    });
  }

  /** Dismisses a message. @param {string} chat */
  seen(chat) {
    this.partings.delete(chat);
    this.redraw();
  }

  /** An offer is withdrawn. @param {Frame} frame @returns {boolean} whether that settles what became of a chat of the agent's */
  withdrawn({ chat, reason }) {
    if (reason !== 'unanswered' && !this.chats.isAsked(chat)) {
      this.offers.withdrawn(chat, reason, this.now());
      return false;
    }
    return this.chats.settled(chat, reason);
  }

  // -- taking --------------------------------------------------------------------------------

  /** Take a chat from the queue. @param {string} chat @param {Place} [at] */
  pick(chat, at = 'queue') {
    return this.#take(at, 'chat.pick', chat);
  }

  /** Takes the longest waiting chat of all the agent's teams. @param {Queue[]} queues */
  async pickNext(queues) {
    const [first] = queues.filter(({ next }) => next).sort((a, b) => b.longest_wait_s - a.longest_wait_s);
    if (first?.next) await this.pick(first.next);
  }

  /** Takes a chat over from its agent. @param {string} chat */
  takeOver(chat) {
    return this.#take('talk', 'chat.take', chat);
  }

  /** @param {Place} at @param {string} type @param {string} chat */
  async #take(at, type, chat) {
    this.notHad = null;
    try {
      this.#has(await this.commit(type, { chat }));
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.notHad = { at, words: error.message, until: this.now() + SHOWN_MS };
    }
    this.redraw();
  }

  /** @param {Ok} ok */
  #has({ about }) {
    if (!about) return;
    this.chats.given(about);
    this.partings.delete(about.chat);
    this.taken(about.chat);
  }

  /** Accepts an offer; without a name, the one that expires first. @param {string} [chat] */
  accept(chat = this.offers.first) {
    return this.#answer('chat.accept', chat);
  }

  /** Declines an offer. @param {string} [chat] */
  decline(chat = this.offers.first) {
    return this.#answer('chat.decline', chat);
  }

  /** @param {string} type @param {string|undefined} chat */
  async #answer(type, chat) {
    if (!chat || !this.offers.answer(chat)) return;
    this.redraw();
    try {
      const ok = await this.commit(type, { chat });
      this.offers.forget(chat);
      if (type === 'chat.accept') this.#has(ok);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.offers.refused(chat, error.message, this.now());
    }
    this.redraw();
  }

  // -- handing on ----------------------------------------------------------------------------

  /**
   * Transfers a chat to a team or a colleague. The desk may send nothing about it afterwards.
   * @param {string} chat @param {{team: string}|{staff: string, name: string}} to @param {string} note
   */
  async transfer(chat, to, note) {
    const colleague = 'staff' in to ? to : null;
    const { at, expires_at: until } = await this.commit('chat.transfer', {
      chat,
      ...(colleague ? { staff: colleague.staff } : to),
      note: note.trim() || undefined,
    });
    if ('team' in to) this.chats.of(chat).team = to.team;
    const seconds = until ? Math.round((Date.parse(until) - Date.parse(at)) / 1000) : 0;
    this.chats.parted(chat, { how: until ? 'asked' : 'transferred', by: null, to: colleague?.name ?? null, seconds });
    this.says(chat);
    this.handedOn(chat, colleague?.name ?? ('team' in to ? this.teamName(to.team) : ''));
    this.redraw();
  }
}
