/**
 * Finds the colleagues whom a note mentions, and those who fit what is typed behind an @. It draws nothing.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{staff: string, name: string}} Colleague
 * @typedef {{start: number, words: string}} Token what is typed behind an @: the place of the @, and the text up to the caret
 */

import { Refused } from '../shared/http.js';
import { neighbour } from './keys.js';

/** Older lists are read again. */
const FRESH_MS = 60_000;
const SHOWN = 8;
const AT = /(?:^|[\s(])@([^\s@][^@\n]{0,40})?$/u;

/** The @ at the start of a word, and what is typed behind it up to the caret. @param {string} text @param {number} caret @returns {Token|null} */
export function tokenAt(text, caret) {
  const found = AT.exec(text.slice(0, caret));
  if (!found) return null;
  const words = found[1] ?? '';
  return { start: caret - words.length - 1, words };
}

/** Lower case, without accents. @param {string} text */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Those whose name, or a part of it, begins with these words. @param {Colleague[]} all @param {string} words */
export function matching(all, words) {
  const wanted = plain(words.trim());
  const begins = (/** @type {Colleague} */ { name }) => plain(name).startsWith(wanted);
  const within = (/** @type {Colleague} */ { name }) =>
    plain(name)
      .split(/[^\p{L}\p{N}]+/u)
      .some((part) => part.startsWith(wanted));
  const first = all.filter(begins);
  return [...first, ...all.filter((one) => !first.includes(one) && within(one))];
}

/** The name as a word behind an @, which begins a word. @param {string} name */
const mentionOf = (name) => {
  const literal = name.replace(/[$()*+.?[\\\]^{|}]/gu, '\\$&');
  return new RegExp(`(?<![^\\s(])@${literal}(?![\\p{L}\\p{M}\\p{N}_-])`, 'gu');
};

/**
 * The ids of those whom the text mentions. A longer name wins: "@Ana Ruiz" is not Ana. Of several people with one name,
 * those who were chosen.
 * @param {string} text @param {Colleague[]} all @param {Set<string>} chosen ids
 */
export function mentionedIn(text, all, chosen) {
  const names = [...new Set(all.map(({ name }) => name))].sort((a, b) => b.length - a.length);
  let rest = text;
  return names.flatMap((name) => {
    const without = rest.replace(mentionOf(name), '\n');
    if (without === rest) return [];
    rest = without;
    const people = all.filter((one) => one.name === name);
    const picked = people.filter(({ staff }) => chosen.has(staff));
    return (picked.length ? picked : people).map(({ staff }) => staff);
  });
}

export class Mentions {
  /** Null until they are known. @type {Colleague[]|null} */
  list = null;
  /** @type {Token|null} */
  token = null;
  /** Those who fit. @type {Colleague[]} */
  found = [];
  fault = '';
  /** @type {string|null} */
  #marked = null;
  /** The @ at which the agent closed the list. */
  #left = -1;
  #path = '';
  #readAt = -Infinity;
  #reading = Promise.resolve();
  /** @type {Set<string>} */
  #chosen = new Set();
  #ask;
  #now;
  #changed;

  /** @param {{ask: Ask, now?: () => number, changed: () => void}} given */
  constructor({ ask, now = Date.now, changed }) {
    this.#ask = ask;
    this.#now = now;
    this.#changed = changed;
  }

  /** There is something to show. If nobody fits, the @ is only an @. */
  get open() {
    if (!this.token || this.token.start === this.#left) return false;
    return this.list === null ? Boolean(this.fault) : this.found.length > 0;
  }

  /** A word behind an @ that is nobody who can see the note, or of whom this is not known yet. */
  get lost() {
    const { start, words } = this.token ?? { start: -1, words: '' };
    if (!words || start === this.#left || /\s/u.test(words)) return false;
    // Signs may follow a name.
    const name = words.replace(/[^\p{L}\p{M}\p{N}]+$/u, '');
    return this.list === null ? !this.fault : matching(this.list, name).length === 0;
  }

  /** The colleague whom Enter inserts. */
  get marked() {
    return this.found.find(({ staff }) => staff === this.#marked) ?? this.found[0] ?? null;
  }

  /** Reads the colleagues who may see the ticket or chat, unless they are fresh. @param {string} path */
  read(path) {
    if (path === this.#path && this.#now() - this.#readAt < FRESH_MS) return this.#reading;
    if (path !== this.#path) this.list = null;
    this.#path = path;
    this.#readAt = this.#now();
    this.#reading = this.#read(path);
    return this.#reading;
  }

  /** @param {string} path */
  async #read(path) {
    try {
      const { data } = await this.#ask('GET', path);
      if (path !== this.#path) return;
      this.list = data.colleagues;
      this.fault = '';
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.#readAt = -Infinity;
      this.fault = fault.message;
    }
    this.#find();
  }

  /** The agent has typed, or moved the caret. @param {string} text @param {number} caret @param {string} path of the colleagues */
  look(text, caret, path) {
    const token = tokenAt(text, caret);
    if (token?.start !== this.token?.start || token?.words !== this.token?.words) this.#marked = null;
    if (!token || token.start !== this.#left) this.#left = -1;
    this.token = token;
    if (text.includes('@')) void this.read(path);
    this.#find();
  }

  #find() {
    this.found = this.token ? matching(this.list ?? [], this.token.words).slice(0, SHOWN) : [];
    this.#changed();
  }

  /** @param {1|-1} by */
  step(by) {
    this.#marked = neighbour(
      this.found.map(({ staff }) => staff),
      this.marked?.staff ?? null,
      by,
    );
    this.#changed();
  }

  /** Closes the list. What was typed stays. */
  leave() {
    if (this.token) this.#left = this.token.start;
    this.#changed();
  }

  /** The agent is elsewhere. */
  away() {
    this.token = null;
    this.#find();
  }

  /** The text with the name in place of the @ and what is typed behind it, and the caret. @param {Colleague} colleague @param {string} text @param {number} caret */
  insert({ staff, name }, text, caret) {
    const start = this.token?.start ?? caret;
    this.#chosen.add(staff);
    this.away();
    const said = `@${name} `;
    return { text: text.slice(0, start) + said + text.slice(caret).replace(/^ /u, ''), caret: start + said.length };
  }

  /** The ids of those whom a note mentions. @param {string} text */
  in(text) {
    return mentionedIn(text, this.list ?? [], this.#chosen);
  }
}
