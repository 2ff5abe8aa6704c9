/** How much of the longest possible message a text takes. Pure. */

import { figure, n, t } from '../shared/words.js';

/** From this part on, the length is shown. */
const NEAR = 0.9;

/**
 * Characters as the desk counts them: an emoji of two units is one.
 * @param {string} text @param {number} most @returns {{over: boolean, says: string, count: string}|null} null: there is plenty of room; `says`: by how much it is too long
 */
export function lengthOf(text, most) {
  if (text.length < most * NEAR) return null;
  const length = [...text].length;
  if (length < most * NEAR) return null;
  const over = length - most;
  return {
    over: over > 0,
    says: over > 0 ? n('Too long by {count} character', 'Too long by {count} characters', over) : '',
    count: t('{length} of {most}', { length: figure(length), most: figure(most) }),
  };
}
