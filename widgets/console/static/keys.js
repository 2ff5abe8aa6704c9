/**
 * Maps keys to actions on all staff pages, by place on the keyboard (`event.code`), so that other layouts work. Pure.
 *
 * @typedef {'next'|'before'|'find'|'sheet'|'leave'|'reply'|'note'|'transfer'|'accept'|'pass'|'take'|'close'|'status'|'down'|'up'|'earlier'|'search'|'filter'} Named
 * @typedef {{do: Named}|{do: 'chat', place: number}} Action `place` in the list, from 1
 * @typedef {Pick<KeyboardEvent, 'code'|'key'|'ctrlKey'|'metaKey'|'altKey'|'shiftKey'|'repeat'|'isComposing'>} Key
 */

/** @type {Record<string, Named>} */
const WITH_COMMAND = { KeyK: 'find', Slash: 'sheet' };
/** @type {Record<string, Named>} */
const WITH_ALT = { ArrowDown: 'next', ArrowUp: 'before' };
/** @type {Record<string, Named>} */
const SINGLE = {
  KeyR: 'reply',
  KeyN: 'note',
  KeyT: 'transfer',
  KeyA: 'accept',
  KeyP: 'pass',
  KeyL: 'take',
  KeyE: 'close',
  KeyS: 'status',
  KeyJ: 'down',
  KeyK: 'up',
  KeyO: 'earlier',
  KeyF: 'filter',
};
/** Signs that other keyboards have on other keys. @type {Record<string, Named>} */
const SIGNS = { '?': 'sheet', '/': 'search', '[': 'up', ']': 'down' };

/**
 * @param {Key} key
 * @param {{mac: boolean, writing: boolean, single: boolean}} at `mac`: ⌘ stands for Ctrl; `writing`: the focus is where text, a choice or a
 *   menu is; `single`: keys alone count
 * @returns {Action|null} null: none of ours; a page does those that it has
 */
export function actionOf(key, { mac, writing, single }) {
  if (key.repeat || key.isComposing) return null;
  const command = mac ? key.metaKey : key.ctrlKey;
  const other = mac ? key.ctrlKey : key.metaKey;
  if (other || (command && key.altKey)) return null;
  if (command) return key.shiftKey ? null : named(WITH_COMMAND[key.code]);
  if (key.altKey) return key.shiftKey ? null : named(WITH_ALT[key.code]);
  if (key.code === 'Escape') return writing ? named('leave') : null;
  if (writing || !single) return null;
  if (SIGNS[key.key]) return named(SIGNS[key.key]);
  if (key.shiftKey) return null;
  const [, place] = /^Digit([1-9])$/u.exec(key.code) ?? [];
  return place ? { do: 'chat', place: Number(place) } : named(SINGLE[key.code]);
}

/** @param {Named|undefined} name @returns {Action|null} */
const named = (name) => (name ? { do: name } : null);

/** The neighbor of `now` in a list, without wrapping around; from nowhere, the first or last. @param {string[]} list @param {string|null} now @param {1|-1} step @returns {string|null} */
export function neighbour(list, now, step) {
  if (!list.length) return null;
  const at = now === null ? -1 : list.indexOf(now);
  if (at < 0) return list.at(step > 0 ? 0 : -1) ?? null;
  return list[(at + step + list.length) % list.length];
}
