/**
 * Search over chats by customer, properties and text. Pure.
 *
 * @typedef {{chat: string, name: string, facts: string, said: (words: string[]) => string|null, customer?: string|null}} Findable
 *   `facts`: what else is known of it, in a line; `customer`: the id, for the picture; `said`: the newest that says all of these words
 * @typedef {{chat: string, name: string, text: string, customer?: string|null}} Found `text`: where the words stand, or the facts
 */

const AROUND = 32;

/**
 * Chats with all words of a query, matches in the name first; all chats if it is empty.
 * @param {Findable[]} chats in the order of the list @param {string} query @returns {Found[]}
 */
export function find(chats, query) {
  const words = query.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  if (!words.length) return chats.map(byFacts);
  const hasAll = (/** @type {string} */ text) => words.every((word) => text.toLocaleLowerCase().includes(word));
  const byName = chats.filter(({ name, facts }) => hasAll(`${name} ${facts}`));
  const bySaid = chats
    .filter((one) => !byName.includes(one))
    .flatMap(({ chat, name, said, customer }) => {
      const text = said(words);
      return text === null ? [] : [{ chat, name, text: around(text, words[0]), customer }];
    });
  return [...byName.map(byFacts), ...bySaid];
}

/** @param {Findable} one @returns {Found} */
const byFacts = ({ chat, name, facts, customer }) => ({ chat, name, text: facts, customer });

/** The part of a text around a word. @param {string} text @param {string} word */
function around(text, word) {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  const at = line.toLocaleLowerCase().indexOf(word);
  const from = Math.max(0, at - AROUND);
  return from ? `…${line.slice(from)}` : line;
}
