/**
 * The tickets that were chosen in the list, and a change of all of them: its preview, its progress, and what became of it.
 * What is not done yet is kept in the tab, so that a change can go on after a lost connection or a new load of the page.
 * It draws nothing, and reports `change`.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {Record<string, unknown>} Change
 * @typedef {{number: number, message: string}} Refusal
 * @typedef {{done: number[], unchanged: number[], refused: Refusal[], fields: Record<string, number>, letters: number}} Outcome
 * @typedef {{me: string, change: Change, left: number[], outcome: Outcome}} Kept
 */

import { Refused } from '../shared/http.js';

/** Tickets of one call. */
const AT_ONCE = 100;
const KEY = 'switchboard.bulk';

/** @returns {Outcome} */
const none = () => ({ done: [], unchanged: [], refused: [], fields: {}, letters: 0 });

/** @param {Outcome} one @param {Outcome} other @returns {Outcome} */
function together(one, other) {
  const fields = { ...one.fields };
  for (const [name, count] of Object.entries(other.fields)) fields[name] = (fields[name] ?? 0) + count;
  return {
    done: [...one.done, ...other.done],
    unchanged: [...one.unchanged, ...other.unchanged],
    refused: [...one.refused, ...other.refused],
    fields,
    letters: one.letters + other.letters,
  };
}

/** Refused tickets by the reason, the most frequent first. @param {Refusal[]} refused @returns {Array<[string, number[]]>} */
export function byReason(refused) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const { number, message } of refused) found.set(message, [...(found.get(message) ?? []), number]);
  return [...found].sort((one, other) => other[1].length - one[1].length);
}

export class BulkWork extends EventTarget {
  /** @type {Set<number>} */
  chosen = new Set();
  /** More tickets match than can be chosen at once. */
  more = false;
  /** @type {'idle'|'previewing'|'running'|'stopped'|'done'} */
  state = 'idle';
  /** What would happen, or what has happened so far. @type {Outcome} */
  outcome = none();
  /** Tickets that are not looked at yet. @type {number[]} */
  left = [];
  fault = '';
  /** @type {Change} */
  change = {};
  #ask;
  #store;
  #me;
  /** The last row that was chosen, from which a range begins. @type {number|null} */
  #from = null;
  #run = 0;
  /** Counts the changes. An answer about an earlier one says nothing about this one. */
  #job = 0;

  /** @param {Ask} ask @param {Pick<Storage, 'getItem'|'setItem'|'removeItem'>|null} [store] of the tab @param {string} [me] */
  constructor(ask, store = null, me = '') {
    super();
    this.#ask = ask;
    this.#store = store;
    this.#me = me;
    this.#remember();
  }

  #remember() {
    const kept = this.#store?.getItem(KEY);
    if (!kept) return;
    /** @type {Kept} */
    const { me, change, left, outcome } = JSON.parse(kept);
    // Somebody else was signed in here.
    if (me !== this.#me) return;
    Object.assign(this, { change, left, outcome, state: 'stopped' });
  }

  #keep() {
    const kept = JSON.stringify({ me: this.#me, change: this.change, left: this.left, outcome: this.outcome });
    if (this.left.length) this.#store?.setItem(KEY, kept);
    else this.#store?.removeItem(KEY);
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  // -- which tickets -----------------------------------------------------------------------

  /** @param {number} number @param {number[]} [range] the numbers in their order: choose those from the last chosen one to this one */
  toggle(number, range) {
    const on = !this.chosen.has(number);
    const from = range && this.#from !== null ? range.indexOf(this.#from) : -1;
    const to = range?.indexOf(number) ?? -1;
    const ours = range && from >= 0 ? range.slice(Math.min(from, to), Math.max(from, to) + 1) : [number];
    this.#set(ours, on);
    this.#from = number;
  }

  /** @param {number[]} numbers @param {boolean} on */
  #set(numbers, on) {
    const after = new Set(this.chosen);
    for (const number of numbers) on ? after.add(number) : after.delete(number);
    this.chosen = after;
    this.more = false;
    this.#changed();
  }

  /** Chooses all of these, or none of them if all were chosen. @param {number[]} numbers */
  toggleAll(numbers) {
    this.#set(numbers, !numbers.every((number) => this.chosen.has(number)));
  }

  /** @param {number[]} [numbers] */
  choose(numbers = []) {
    this.chosen = new Set(numbers);
    this.more = false;
    this.#from = null;
    this.#changed();
  }

  /** Chooses all tickets that match, at most a thousand. @param {URLSearchParams} query of the list */
  async chooseMatching(query) {
    query.delete('sort');
    this.fault = '';
    try {
      const { data } = await this.#ask('GET', `/api/tickets/numbers?${query}`);
      this.chosen = new Set(data.numbers);
      this.more = data.more;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.fault = error.message;
    }
    this.#changed();
  }

  // -- what happens to them ----------------------------------------------------------------

  get all() {
    const { done, unchanged, refused } = this.outcome;
    return this.left.length + done.length + unchanged.length + refused.length;
  }

  /** What the change would do. @param {Change} change */
  async preview(change) {
    this.#begin(change);
    this.state = 'previewing';
    await this.#through(true);
  }

  /** @param {Change} change */
  async apply(change) {
    this.#begin(change);
    await this.resume();
  }

  /** Goes on with what is left. */
  async resume() {
    this.state = 'running';
    await this.#through(false);
  }

  /** What is done stays done. */
  stop() {
    this.#run += 1;
    this.state = this.state === 'running' ? 'stopped' : 'idle';
    this.#changed();
  }

  /** Forgets the change. Tickets that refused it stay chosen. */
  finish() {
    const refused = this.outcome.refused.map(({ number }) => number);
    this.#job += 1;
    this.left = [];
    this.#keep();
    if (this.state === 'done') this.choose(refused);
    this.state = 'idle';
    this.outcome = none();
    this.fault = '';
    this.#changed();
  }

  /** @param {Change} change */
  #begin(change) {
    this.#job += 1;
    this.change = change;
    this.left = [...this.chosen];
    this.outcome = none();
  }

  /** @param {boolean} preview */
  async #through(preview) {
    this.#run += 1;
    const mine = this.#run;
    const job = this.#job;
    this.fault = '';
    this.#changed();
    while (this.left.length && mine === this.#run) {
      const numbers = this.left.slice(0, AT_ONCE);
      try {
        const { data } = await this.#ask('POST', '/api/tickets/bulk', {
          body: { numbers, change: this.change, preview },
        });
        if (job !== this.#job || (preview && mine !== this.#run)) return;
        // After a stop the same tickets may have been sent twice. The first answer counts.
        const answered = new Set(numbers);
        if (this.left.some((number) => answered.has(number))) this.outcome = together(this.outcome, data);
        this.left = this.left.filter((number) => !answered.has(number));
        if (!preview) this.#keep();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (mine !== this.#run) return;
        this.#failed(error, preview);
        return;
      }
      this.#changed();
    }
    if (mine !== this.#run) return;
    this.state = preview ? 'idle' : 'done';
    this.#changed();
  }

  /** @param {Refused} error @param {boolean} preview */
  #failed(error, preview) {
    this.fault = Object.values(error.fields)[0] ?? error.message;
    this.state = preview ? 'idle' : 'stopped';
    if (!preview) this.#keep();
    this.#changed();
  }
}
