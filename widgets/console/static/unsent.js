/**
 * Texts of an agent that reached nobody: refused replies and notes of chats that are not on the screen, and drafts in
 * chats that are gone.
 *
 * @import { Entry } from '../shared/client/types.js'
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Chats } from './chats.js'
 * @typedef {'reply'|'note'|'draft'} Kind
 * @typedef {{key: string, chat: string, who: string, kind: Kind, text: string, files: number, reason: string, entry: string|null, held: boolean}} Piece
 *   `entry`: its id in the outbox; `held`: the chat is the agent's still; `reason`: words that fit after "Not sent"
 */

import { reasonOf } from '../shared/not-sent.js';

/** @type {Record<string, Kind>} */
const KINDS = { 'message.send': 'reply', 'note.add': 'note' };
const NOTE = '.note';

/** The chat whose draft this is. @param {string} key */
const chatOf = (key) => (key.endsWith(NOTE) ? key.slice(0, -NOTE.length) : key);

export class Unsent {
  /** Customers of former chats of the agent that have unsent texts. After a reload the desk does not send them. @type {Record<string, string>} */
  #names;
  #store;
  /** Chats that the agent had while this page was open. @type {Set<string>} */
  #seen = new Set();

  /** @param {{desk: {outbox: () => Entry[]}, drafts: Drafts, chats: Chats, me: string}} of */
  constructor({ desk, drafts, chats, me }) {
    this.desk = desk;
    this.drafts = drafts;
    this.chats = chats;
    this.#store = `switchboard.unsent.${me}`;
    this.#names = this.#load();
  }

  /** @param {string|null} chosen the chat on the screen @returns {Piece[]} refused ones first, each in the order in which they were written */
  list(chosen) {
    const written = this.desk.outbox().filter(({ type }) => type in KINDS);
    const failed = written.filter(({ status }) => status === 'failed');
    const drafts = this.#drafts();
    this.#remember([...written.map(({ fields }) => fields.chat), ...drafts.map(chatOf)]);
    return [
      ...failed.filter(({ fields }) => fields.chat !== chosen).map((entry) => this.#refused(entry)),
      ...drafts.filter((key) => chatOf(key) !== chosen && this.#parted(key)).map((key) => this.#draft(key)),
    ];
  }

  /** Texts that were not sent before this chat was over. @param {string} chat @returns {Piece[]} */
  of(chat) {
    return [chat, chat + NOTE].filter((key) => this.drafts.get(key).trim()).map((key) => this.#draft(key));
  }

  /** Keys of existing drafts. */
  #drafts() {
    const { storage, prefix } = this.drafts;
    for (const chat of this.chats.mine.keys()) this.#seen.add(chat);
    const keys = new Set([...this.#seen].flatMap((chat) => [chat, chat + NOTE]));
    try {
      for (let at = 0; at < (storage?.length ?? 0); at += 1) {
        const name = storage?.key(at) ?? '';
        if (name.startsWith(prefix)) keys.add(name.slice(prefix.length));
      }
    } catch {
      // Storage is blocked: only chats seen on this page are known.
    }
    return [...keys].filter((key) => key && this.drafts.get(key).trim()).sort();
  }

  /** True if the draft belongs to a chat that was the agent's. Supervisors write notes in other chats too. @param {string} key */
  #parted(key) {
    const chat = chatOf(key);
    return !this.#held(chat) && (key === chat || chat in this.#names);
  }

  /** @param {string} chat */
  #held(chat) {
    return this.chats.has(chat) && this.chats.of(chat).held;
  }

  /** @param {string} chat */
  #who(chat) {
    return (this.chats.has(chat) && this.chats.of(chat).about?.customer.name) || this.#names[chat] || '';
  }

  /** @param {Entry} entry @returns {Piece} */
  #refused({ id, type, fields, refusal }) {
    const { chat, text, files } = fields;
    return {
      key: id,
      chat,
      who: this.#who(chat),
      kind: KINDS[type],
      text,
      files: files?.length ?? 0,
      reason: reasonOf(refusal),
      entry: id,
      held: this.#held(chat),
    };
  }

  /** @param {string} key @returns {Piece} */
  #draft(key) {
    const chat = chatOf(key);
    return {
      key,
      chat,
      who: this.#who(chat),
      kind: 'draft',
      text: this.drafts.get(key),
      files: 0,
      reason: '',
      entry: null,
      held: false,
    };
  }

  /** @param {string[]} chats those with something unsent in them; of others nothing is kept */
  #remember(chats) {
    /** @type {Record<string, string>} */
    const names = {};
    for (const chat of chats) if (this.#held(chat) || chat in this.#names) names[chat] = this.#who(chat);
    const text = JSON.stringify(names);
    if (text === JSON.stringify(this.#names)) return;
    this.#names = names;
    try {
      if (chats.length) this.drafts.storage?.setItem(this.#store, text);
      else this.drafts.storage?.removeItem(this.#store);
    } catch {
      // Storage is full or blocked: they are known while the page lives.
    }
  }

  /** @returns {Record<string, string>} */
  #load() {
    try {
      return JSON.parse(this.drafts.storage?.getItem(this.#store) ?? '{}');
    } catch {
      return {};
    }
  }
}

/** The number of unsent texts in words. @param {Array<{kind: Kind}>} pieces */
export function unsentWords(pieces) {
  const counted = Object.entries({ reply: 'replies', note: 'notes', draft: 'drafts' }).flatMap(([kind, many]) => {
    const count = pieces.filter((piece) => piece.kind === kind).length;
    return count ? [`${count} ${count === 1 ? kind : many}`] : [];
  });
  const last = counted.pop();
  return `${counted.length ? `${counted.join(', ')} and ${last}` : last} ${pieces.length === 1 ? 'wasn’t' : 'weren’t'} sent.`;
}
