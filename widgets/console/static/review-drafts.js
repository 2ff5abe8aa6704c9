/**
 * What a reviewer has filled in and not saved, by ticket. Pure.
 *
 * @import { ReviewSettings, ToReview } from './review-day.js'
 * @import { Judged } from './review-waiting.js'
 * @typedef {{resolution: string, reason: string, duplicate_of?: number}} Correction
 * @typedef {{right: boolean, correction: Correction|null, scores: Record<string, string>, feedback: string}} Draft
 *   the code is `right`, or has a `correction`, or neither has been said yet
 */

const ANSWERS = ['yes', 'partly', 'no', ''];

export class ReviewDrafts {
  /** @type {Map<number, Draft>} */
  #kept = new Map();

  /** The answers so far; those of the judgement that is saved, if nothing was filled in since. @param {ToReview|null} row @returns {Draft} */
  of(row) {
    const mine = row?.mine;
    const saved = {
      right: mine?.verdict === 'confirmed',
      correction:
        mine?.verdict === 'corrected' && mine.code ? { resolution: mine.code, reason: mine.reason ?? '' } : null,
      scores: { ...mine?.scores },
      feedback: mine?.feedback ?? '',
    };
    return (row && this.#kept.get(row.ticket)) ?? saved;
  }

  /** A code that is right has no correction, and the other way round. @param {ToReview} row @param {Partial<Draft>} change */
  fill(row, change) {
    const draft = { ...this.of(row), ...change };
    if (change.right) draft.correction = null;
    if (change.correction) draft.right = false;
    this.#kept.set(row.ticket, draft);
  }

  /** @param {number} ticket */
  forget(ticket) {
    this.#kept.delete(ticket);
  }

  /** @param {ToReview} row @param {number} id of a row of the scorecard @param {string} answer empty: none */
  score(row, id, answer) {
    const scores = { ...this.of(row).scores };
    if (answer) scores[id] = answer;
    else delete scores[id];
    this.fill(row, { scores });
  }

  /** Gives a row of the scorecard its next answer: Yes, Partly, No, none. @param {ToReview} row @param {number} id */
  turn(row, id) {
    const at = ANSWERS.indexOf(this.of(row).scores[id] ?? '');
    this.score(row, id, ANSWERS[(at + 1) % ANSWERS.length]);
  }

  /** Answers with Yes what has no answer. @param {ToReview} row @param {ReviewSettings['rows']} card */
  yesToTheRest(row, card) {
    const { scores } = this.of(row);
    this.fill(row, { scores: { ...Object.fromEntries(card.map(({ id }) => [id, 'yes'])), ...scores } });
  }

  /** What is sent of the code: null if nothing was said of it. @param {ToReview} row @returns {Pick<Judged, 'verdict'|'resolution'|'reason'|'duplicate_of'>|null} */
  verdict(row) {
    const { right, correction } = this.of(row);
    if (right) return { verdict: 'confirmed' };
    return correction && { verdict: 'corrected', ...correction };
  }

  /** What is sent of it: no answers to rows that the scorecard no longer has. @param {ToReview} row @param {ReviewSettings['rows']} card @returns {Pick<Judged, 'scores'|'feedback'>} */
  sent(row, card) {
    const { scores, feedback } = this.of(row);
    const known = new Set(card.map(({ id }) => String(id)));
    const kept = Object.fromEntries(Object.entries(scores).filter(([id]) => known.has(id)));
    return { scores: kept, ...(feedback.trim() && { feedback: feedback.trim() }) };
  }
}
