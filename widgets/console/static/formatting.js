/**
 * Marks of Markdown in a text box, as messages of staff show them: bold, italic, code, lists. Pure.
 *
 * @typedef {{text: string, start: number, end: number}} Edited a text and what is selected in it
 * @typedef {'bold'|'italic'|'code'|'bullets'|'numbers'} Format
 */

/** @type {Record<string, string>} */
const MARKS = { bold: '**', italic: '_', code: '`' };
const LISTED = /^(?:[-*] |\d{1,3}\. )/u;

/** The text with a format, or without it where it has it. @param {Format} format @param {Edited} edited @returns {Edited} */
export const formatted = (format, edited) =>
  format in MARKS ? marked(MARKS[format], trimmed(edited)) : listed(format === 'numbers', edited);

/** Spaces at the ends are not marked. @param {Edited} edited @returns {Edited} */
function trimmed({ text, start, end }) {
  const chosen = text.slice(start, end);
  const left = chosen.length - chosen.trimStart().length;
  const right = chosen.length - chosen.trimEnd().length;
  return chosen.trim() ? { text, start: start + left, end: end - right } : { text, start, end };
}

/** @param {string} mark @param {Edited} edited @returns {Edited} */
function marked(mark, { text, start, end }) {
  const { length } = mark;
  const [before, chosen, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  if (before.endsWith(mark) && after.startsWith(mark))
    return { text: before.slice(0, -length) + chosen + after.slice(length), start: start - length, end: end - length };
  if (chosen.length >= 2 * length && chosen.startsWith(mark) && chosen.endsWith(mark))
    return { text: before + chosen.slice(length, -length) + after, start, end: end - 2 * length };
  return { text: before + mark + chosen + mark + after, start: start + length, end: end + length };
}

/** The lines of the selection as items; without marks if all are items already. @param {boolean} numbered @param {Edited} edited @returns {Edited} */
function listed(numbered, { text, start, end }) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', Math.max(end, from));
  const to = next < 0 ? text.length : next;
  const lines = text.slice(from, to).split('\n');
  const mark = (/** @type {number} */ at) => (numbered ? `${at + 1}. ` : '- ');
  const all = lines.every((line) => (numbered ? /^\d{1,3}\. /u : /^[-*] /u).test(line));
  const changed = lines.map((line, at) => (all ? line.replace(LISTED, '') : mark(at) + line.replace(LISTED, '')));
  const said = changed.join('\n');
  const caret = from + said.length;
  return { text: text.slice(0, from) + said + text.slice(to), start: start === end ? caret : from, end: caret };
}

/** @type {Record<string, Format>} */
const LETTERS = { b: 'bold', i: 'italic', e: 'code' };

/**
 * The format of a key with Ctrl, or with ⌘ on a Mac, where Ctrl and a letter move the caret. Where the keys have no Latin
 * letters, their places count.
 * @param {Pick<KeyboardEvent, 'code'|'key'|'ctrlKey'|'metaKey'|'altKey'|'shiftKey'|'isComposing'>} event @param {boolean} mac @returns {Format|null}
 */
export function formatOf({ code, key, ctrlKey, metaKey, altKey, shiftKey, isComposing }, mac) {
  const [command, other] = mac ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (!command || other || altKey || isComposing) return null;
  if (shiftKey) return code === 'Digit8' ? 'bullets' : code === 'Digit7' ? 'numbers' : null;
  const letter = /^[a-z]$/iu.test(key) ? key : code.replace('Key', '');
  return LETTERS[letter.toLowerCase()] ?? null;
}
