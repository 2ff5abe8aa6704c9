/**
 * A ticket's history in words. Pure.
 *
 * @import { Change } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @typedef {string|{strong: string}} Piece of a sentence; `strong` is a value
 */

import { stamp } from '../shared/days.js';
import { NAMES, WITH } from './properties.js';

/** Names that differ from the field's within a sentence. @type {Record<string, string>} */
const IN_SENTENCES = { with: 'With', external_ref: 'the reference', snoozed_until: 'the snooze' };

/** @param {Change['by']|undefined} by */
export const whoOf = (by) => (typeof by === 'string' ? by : by?.name) ?? 'The system';

/** A customer chooses no assignee: the desk does when they end a chat. @param {Change} change */
export const changedBy = ({ field, by }) =>
  whoOf(field === 'assignee' && typeof by === 'object' && by?.kind === 'customer' ? null : by);

/** Without what only follows from a status: an open ticket is with support unless it was moved. @param {Change[]} changes */
export const toldOf = (changes) =>
  changes.filter(({ field, from, to }) => field !== 'with' || from === 'product' || to === 'product');

/** Values as people read them. */
export class HistoryWords {
  /** @param {Pick<Vocabulary, 'status'|'code'>} words @param {(key: string) => string} teamName */
  constructor(words, teamName) {
    this.words = words;
    this.teamName = teamName;
  }

  /** @param {string} field @param {any} value @returns {string} */
  value(field, value) {
    if (value === null || value === undefined || value === '') return 'nothing';
    if (field === 'status') return this.words.status(value);
    if (field === 'resolution') return this.words.code(value);
    if (field === 'team') return this.teamName(value);
    if (field === 'with') return WITH[value];
    if (field === 'snoozed_until') return stamp(value, Date.now());
    if (Array.isArray(value)) return value.map((one) => one?.email ?? one?.name ?? String(one)).join(', ') || 'nobody';
    if (field === 'duplicate_of') return `#${value}`;
    return typeof value === 'object' ? (value.name ?? value.id) : String(value);
  }

  /** The change in words, to follow the name of the person who made it. @param {Change} change @returns {Piece[]} */
  happened({ field, from, to }) {
    const name = IN_SENTENCES[field] ?? (NAMES[field] ?? field.split('.').pop()).toLowerCase();
    const strong = (/** @type {unknown} */ value) => ({ strong: this.value(field, value) });
    if (field === 'status' && from === null) return [' created the ticket: ', strong(to)];
    if (field === 'assignee') return assigned(strong, from, to);
    if (field === 'with' && from === 'product' && to === null) return [' moved it back from ', strong(from)];
    if (field === 'with' && to !== null) return [' moved it to ', strong(to)];
    if (field === 'participants') return copied(strong, from ?? [], to ?? [], 'CC');
    if (field === 'tags') return copied(strong, from ?? [], to ?? [], field);
    if (to === null) return [` cleared ${name} `, strong(from)];
    if (from === null) return [` set ${name} to `, strong(to)];
    return [` changed ${name} from `, strong(from), ' to ', strong(to)];
  }
}

/** @param {(value: unknown) => Piece} strong @param {unknown} from @param {unknown} to @returns {Piece[]} */
function assigned(strong, from, to) {
  if (to === null) return [' unassigned ', strong(from)];
  return [' assigned it to ', strong(to), ...(from === null ? [] : [' instead of ', strong(from)])];
}

/** What was added to CC or the tags, and what was removed. @param {(value: unknown[]) => Piece} strong @param {unknown[]} from @param {unknown[]} to @param {string} list @returns {Piece[]} */
function copied(strong, from, to, list) {
  const missing = (/** @type {unknown[]} */ some, /** @type {unknown[]} */ others) =>
    some.filter((one) => others.every((other) => JSON.stringify(other) !== JSON.stringify(one)));
  const [added, removed] = [missing(to, from), missing(from, to)];
  return [
    ...(added.length ? [' added ', strong(added), ` to ${list}`] : []),
    ...(added.length && removed.length ? [' and'] : []),
    ...(removed.length ? [' removed ', strong(removed), ` from ${list}`] : []),
  ];
}
