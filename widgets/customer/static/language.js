/**
 * The language of the widget: that of the page around, until the customer chooses another one for pages in that language.
 *
 * @typedef {import('./memory.js').Memory} Memory
 */

import { locale as shown } from '../shared/words.js';

/** @type {ReadonlyArray<[string, string]>} */
export const LANGUAGES = [
  ['en', 'English'],
  ['fr', 'Français'],
  ['es', 'Español'],
];

/** The language on the screen. */
export const spoken = shown.slice(0, 2);

/**
 * Loads the frame in another language. Drafts stay, as with every reload.
 * @param {Memory} memory @param {string} locale @param {Pick<Location, 'search'|'replace'>} [at]
 */
export function speak(memory, locale, at = location) {
  const asked = new URLSearchParams(at.search);
  const around = asked.get('around') ?? asked.get('locale') ?? '';
  asked.set('around', around);
  asked.set('locale', locale);
  memory.set('locale', around.slice(0, 2).toLowerCase() === locale ? null : `${around}:${locale}`);
  at.replace(`?${asked}`);
}
