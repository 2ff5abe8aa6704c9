/**
 * Finds emoji by their names, and where one is being typed behind a colon. Pure, but for the memory of those used last.
 *
 * @typedef {{emoji: string, names: string[]}} Emoji
 * @typedef {{start: number, words: string, exact: boolean}} Token `exact`: the name is complete, with a colon behind it
 */

import { EMOJI } from './emoji-list.js';

const TYPED = /(?:^|\s):([+-]1|[a-z][a-z0-9_+-]+)(:?)$/iu;
const SHOWN = 8;
const RECENT = 16;

/** @type {Emoji[]} */
export const ALL = EMOJI.trim()
  .split('\n')
  .map((line) => {
    const [emoji, ...names] = line.split(' ');
    return { emoji, names };
  });

/** What is typed behind a colon at the start of a word, up to the caret. @param {string} text @param {number} caret @returns {Token|null} */
export function tokenAt(text, caret) {
  const found = TYPED.exec(text.slice(0, caret));
  if (!found) return null;
  const [, words, end] = found;
  return { start: caret - words.length - end.length - 1, words: words.toLowerCase(), exact: end !== '' };
}

/** The emoji with this very name. @param {string} name */
export const named = (name) =>
  ALL.find(({ names }) => names[0] === name) ?? ALL.find(({ names }) => names.includes(name));

/** Those that have a name that begins so, then those that have a part of one that does. @param {string} typed @param {number} [most] */
export function found(typed, most = SHOWN) {
  const words = typed.trim().toLowerCase().replaceAll(' ', '_');
  const begins = ALL.filter(({ names }) => names.some((name) => name.startsWith(words)));
  const parts = ALL.filter((one) => !begins.includes(one) && one.names.some((name) => name.includes(`_${words}`)));
  const exact = words ? begins.filter(({ names }) => names.includes(words)) : [];
  return [...new Set([...exact, ...begins, ...parts])].slice(0, most);
}

/** A text in which the emoji takes the place of a part, and where the caret is then. At the end of the text a space follows. @param {string} text @param {number} start @param {number} end @param {string} emoji */
export function inserted(text, start, end, emoji) {
  const after = text.slice(end);
  const before = `${text.slice(0, start)}${emoji}${after || text[end - 1] === ':' ? '' : ' '}`;
  return { text: before + after, caret: before.length };
}

/** The emoji that a person used last, the newest first. Kept in this browser. */
export class RecentEmoji {
  /** @param {Storage|null} storage */
  constructor(storage) {
    this.storage = storage;
    this.key = 'switchboard.emoji';
  }

  /** @returns {Emoji[]} */
  get list() {
    try {
      const kept = JSON.parse(this.storage?.getItem(this.key) ?? '[]');
      return Array.isArray(kept) ? kept.flatMap((emoji) => ALL.find((one) => one.emoji === emoji) ?? []) : [];
    } catch {
      return [];
    }
  }

  /** @param {Emoji} one */
  used(one) {
    const list = [one, ...this.list.filter(({ emoji }) => emoji !== one.emoji)].slice(0, RECENT);
    try {
      this.storage?.setItem(this.key, JSON.stringify(list.map(({ emoji }) => emoji)));
    } catch {
      // Storage full or blocked: nothing is remembered.
    }
  }
}
