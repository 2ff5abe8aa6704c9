/**
 * Texts for a chat under way: the place in line, what came in, and silence. Pure, in the reader's language.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { Visit } from './visit.js'
 */

import { about, clock } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { t } from '../shared/words.js';

/** The author and the text of a message, or the name of its first file. @param {Durable} message @returns {[string, string]} */
export const cameWords = ({ from, text, files }) => [
  firstName(from.name) || t('Support'),
  text || files?.[0]?.name || '',
];

/** Reminds a customer who has been silent; empty if they have not. @param {Visit['silent']} silent @returns {string} */
export function silentWords(silent) {
  if (!silent) return '';
  const time = clock(silent.endsAt);
  return silent.told > 1
    ? t('This chat ends at {time} and becomes a ticket. Reply to keep it open.', { time })
    : t('Are you still there? If you don’t reply, this chat ends at {time} and becomes a ticket.', { time });
}

/** Texts of the queue view. @param {number|null} position @param {number|null} waitS seconds, null where the desk makes no estimate @returns {string} */
export function placeWords(position, waitS) {
  if (!position) return t('You’re in line');
  const wait = waitS === null ? '' : about(waitS);
  if (position === 1) return wait ? t('You’re next, {wait}', { wait }) : t('You’re next');
  return wait
    ? t('You’re number {position} in line, {wait}', { position, wait })
    : t('You’re number {position} in line', { position });
}
