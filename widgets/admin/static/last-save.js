/**
 * The person who saved the hours file last, in words.
 *
 * @typedef {{name: string, own: boolean, at: string}} LastSave `own`: by the reader, for example in another window
 */

import { roughly } from '../shared/moments.js';
import { firstName } from '../shared/people.js';

/** `Tobias saved hours 3 min ago`; `Someone else saved hours` if nobody knows who. @param {LastSave|null} saved @param {string} what @param {number} now */
export function savedWords(saved, what, now) {
  if (!saved) return `Someone else saved ${what}`;
  const who = saved.own ? 'You' : firstName(saved.name);
  return `${who} saved ${what}${saved.own ? ' in another window' : ''} ${roughly(now - Date.parse(saved.at))} ago`;
}

/** `Tobias’s`, `theirs` if nobody knows who. @param {LastSave|null} saved */
export const savedOf = (saved) => (!saved ? 'theirs' : saved.own ? 'the other' : `${firstName(saved.name)}’s`);
