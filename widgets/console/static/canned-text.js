/**
 * Finds canned replies, and fills in their variables. Pure.
 *
 * @typedef {'own'|'team'|'all'} Scope
 * @typedef {{id: string, shortcut: string, name: string, scope: Scope, team: string|null, texts: Record<string, string|null>, uses: number, actions?: import('./macro-words.js').Actions|null, files?: import('./canned-files.js').ReplyFile[]}} Reply
 * @typedef {{customer: string|null, agent: string, team: string, ticket: number|null, locale: string|null}} Place where a reply is inserted:
 *   full names of customer and agent, name of the team, number of the ticket, language of the customer
 * @typedef {{text: string, kind: 'text'|'filled'|'gap'}} Piece
 * @typedef {{start: number, words: string}} Token what is typed after a slash: the place of the slash, and the text behind it
 */

import { firstName } from '../shared/people.js';

/** The text that every reply has. */
const ENGLISH = 'en';
const VARIABLE = /\{\{([^{}]*)\}\}/gu;
const SLASH = /(?:^|\s)\/(\S*)$/u;

const CUSTOMER = String.raw`\{\{\s*customer\.(?:first_name|name)\s*\}\}`;
/** As in `canned_replies/variables.py`. */
const GREETINGS =
  'hi|hi there|hello|hello there|hey|good (?:morning|afternoon|evening|day)|thanks|many thanks|thank you|' +
  'bonjour|bonsoir|salut|merci|merci beaucoup|' +
  'hola|buen d[ií]a|buenos d[ií]as|buenas|buenas (?:tardes|noches)|gracias|muchas gracias';
const GREETED = new RegExp(String.raw`(^|[.!?]\s)(${GREETINGS})(?:, ?| )${CUSTOMER}(?=\s?[,.!]|\s*(?![\s\S]))`, 'gimu');

/** The slash at the start of a word, and what is typed behind it up to the caret. @param {string} text @param {number} caret @returns {Token|null} */
export function tokenAt(text, caret) {
  const before = text.slice(0, caret);
  const [, words] = SLASH.exec(before) ?? [];
  return words === undefined ? null : { start: caret - words.length - 1, words };
}

/** Lower case, without accents. @param {string} text */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The text in the customer's language, and its language: English if there is none. @param {Reply} reply @param {string|null} locale @returns {{text: string, locale: string}} */
export function textFor({ texts }, locale) {
  const [language] = (locale ?? '').toLowerCase().split(/[-_]/u);
  const theirs = texts[language];
  return theirs ? { text: theirs, locale: language } : { text: texts[ENGLISH] ?? '', locale: ENGLISH };
}

/** The customer's language if the reply has a text, but none in it; otherwise empty. @param {Reply} reply @param {string|null} locale of the customer */
export function lacking({ texts }, locale) {
  const [language] = (locale ?? '').toLowerCase().split(/[-_]/u);
  return language && !texts[language] && Object.values(texts).some(Boolean) ? language : '';
}

/** The languages in which a reply has a text, English first. @param {Reply} reply */
export const languagesOf = ({ texts }) =>
  [ENGLISH, ...Object.keys(texts).filter((language) => language !== ENGLISH)].filter((language) => texts[language]);

/** The language one step after or before this one, among those of the reply; null if it has only one. @param {Reply} reply @param {string} language @param {1|-1} [step] */
export function languageAfter(reply, language, step = 1) {
  const all = languagesOf(reply);
  return all.length < 2 ? null : all[(all.indexOf(language) + step + all.length) % all.length];
}

/** How well a reply fits, best first; null if it does not. @param {Reply} reply @param {string} wanted @param {string|null} locale */
function rank(reply, wanted, locale) {
  const shortcut = plain(reply.shortcut);
  if (shortcut === wanted) return 0;
  if (shortcut.startsWith(wanted)) return 1;
  const name = plain(reply.name);
  const begins = (/** @type {string} */ text) => text.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted));
  if (begins(shortcut) || begins(name)) return 2;
  const said = plain(textFor(reply, locale).text);
  return shortcut.includes(wanted) || name.includes(wanted) || said.includes(wanted) ? 3 : null;
}

/**
 * The replies that fit, best first; those that fit alike stay in their order, the most used first. `sure`: the first one fits by its shortcut or
 * name, and Enter inserts it. What is only found in texts has to be chosen: the agent may mean the slash.
 * @param {Reply[]} replies most used first @param {string} words @param {string|null} locale @returns {{found: Reply[], sure: boolean}}
 */
export function matching(replies, words, locale) {
  const wanted = plain(words);
  const ranked = replies.flatMap((reply) => {
    const place = rank(reply, wanted, locale);
    return place === null ? [] : [{ reply, place }];
  });
  ranked.sort((one, other) => one.place - other.place);
  return { found: ranked.map(({ reply }) => reply), sure: (ranked[0]?.place ?? 3) < 3 };
}

/** The value of each variable; empty if it is not known. @param {Place} place @returns {Record<string, string>} */
export const valuesOf = ({ customer, agent, team, ticket }) => ({
  'customer.first_name': firstName(customer),
  'customer.name': customer ?? '',
  'agent.first_name': firstName(agent),
  'agent.name': agent,
  team,
  'ticket.number': ticket === null ? '' : String(ticket),
});

/** Leaves out the name where a text greets or thanks a customer who gave none, so that it can be sent as it is. @param {string} text @param {Record<string, string>} values */
export function addressing(text, values) {
  return values['customer.name'] ? text : text.replace(GREETED, '$1$2');
}

/** A text in pieces. Variables without a value are gaps, as they were written. @param {string} text @param {Record<string, string>} values @returns {Piece[]} */
export function pieces(text, values) {
  /** @type {Piece[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > from) found.push({ text: text.slice(from, match.index), kind: 'text' });
    const name = match[1].trim();
    const value = Object.hasOwn(values, name) ? values[name] : '';
    found.push(value ? { text: value, kind: 'filled' } : { text: `{{${name}}}`, kind: 'gap' });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push({ text: text.slice(from), kind: 'text' });
  return found;
}

const NAMES = new Set(Object.keys(valuesOf({ customer: null, agent: '', team: '', ticket: null, locale: null })));

/** Where the gaps of a text are. Other words between braces are text: customers and agents write about templates too. @param {string} text @returns {Array<{start: number, end: number, text: string}>} */
export const gapsOf = (text) =>
  [...text.matchAll(VARIABLE)]
    .filter(([, name]) => NAMES.has(name.trim()))
    .map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      text: match[0],
    }));

/** The gap to which Tab goes: the next one, and from outside the gaps also the first. Behind the last one there is none. @param {string} text @param {number} start @param {number} end of the selection */
export function gapAfter(text, start, end) {
  const gaps = gapsOf(text);
  const next = gaps.find((gap) => gap.start >= end);
  const inside = gaps.some((gap) => gap.start === start && gap.end === end);
  return next ?? (inside ? null : (gaps[0] ?? null));
}

/** Gaps in words: `{{team}} and {{ticket.number}}`. @param {Array<{text: string}>} gaps */
export function gapWords(gaps) {
  const names = [...new Set(gaps.map(({ text }) => text))];
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
