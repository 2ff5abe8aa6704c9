/** A person's picture: two letters, and a hue that stays the same. */

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

/** In these scripts the family name comes first, and is no way to address somebody. */
const FAMILY_FIRST = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

/** `Priya` of `Priya Raman`, but `田中 美咲` of `田中 美咲 (Misaki Tanaka)`. @param {string|null|undefined} name */
export function firstName(name) {
  const whole = String(name ?? '').trim();
  return FAMILY_FIRST.test(whole) ? whole.replace(/\s*\(.*/u, '') : (whole.split(/\s+/u)[0] ?? '');
}

/** The name that staff see for a customer without one. */
export const NAMELESS = 'Unnamed visitor';
