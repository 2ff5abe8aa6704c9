/** A person's picture: two letters and a hue that stays theirs. */

import { h } from './dom.js';

const HUES = 12;

/**
 * `Danielle Okonkwo-Hartley` → `DO`, `田中 美咲` → `田美`; one word gives one letter.
 * @param {string|null|undefined} name
 */
export function initials(name) {
  const words = String(name ?? '')
    .normalize('NFC')
    .replace(/\(.*?\)/gu, '')
    .split(/[\s,]+/u)
    .flatMap((word) => word.match(/\p{L}|\p{N}/u)?.[0] ?? []);
  if (!words.length) return '?';
  const letters = words.length === 1 ? words[0] : `${words[0]}${words.at(-1)}`;
  return letters.toLocaleUpperCase();
}

/** A number from 0 to 11, the same for the same id. @param {string|null|undefined} id */
export function hueOf(id) {
  let sum = 0;
  for (const sign of String(id ?? '')) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 65_521;
  return sum % HUES;
}

/** `Priya` of `Priya Raman`. @param {string|null|undefined} name */
export const firstName = (name) =>
  String(name ?? '')
    .trim()
    .split(/\s+/u)[0] ?? '';

/** What staff call a customer who gave no name. */
export const NAMELESS = 'Unnamed visitor';

/**
 * The round picture. Decoration only: the name stands beside it.
 * @param {{id: string|null, name: string|null}} person
 * @param {{size?: ''|'sm'|'lg', dot?: ''|'ok'|'warn'|'hollow'}} [look]
 */
export function picture(person, { size = '', dot = '' } = {}) {
  const letters = initials(person.name ?? 'Visitor');
  return h(
    'span',
    { class: `who ${size} hue-${hueOf(person.id ?? person.name)}`, 'aria-hidden': 'true' },
    letters,
    dot && h('i', { class: `dot ${dot}` }),
  );
}

/** An address that breaks before its `@` rather than in the middle of a name. @param {string} address */
export function mailAddress(address) {
  const at = address.lastIndexOf('@');
  return at < 1 ? address : [address.slice(0, at), h('wbr'), address.slice(at)];
}
