/**
 * The forecast of waits for changes of hours. It is read beside everything else, and never delays a save.
 *
 * @import { Change } from './hours-changes.js'
 *
 * @typedef {{agents: number, half_s: number|null, nine_in_ten_s: number|null, low_s: number|null, high_s: number|null, within: number}} WaitsOfAgents
 * @typedef {{team: string, name: string, first: string, last: string, days: number, span: string, requests: number, past_days: number, goal_s: number, runs: number, staffing: WaitsOfAgents[]}} ForecastOfSpan
 * @typedef {{opened: ForecastOfSpan[], closed: ForecastOfSpan[]}} Waits
 */

import { Refused, ask } from '../shared/http.js';

export class HoursForecast {
  /** @type {Waits|null} */
  found = null;
  busy = false;
  failure = '';
  /** @type {AbortController|null} */
  #asked = null;
  /** The changes and the version of the file that the forecast is about. */
  #about = '';
  #say;

  /** @param {() => void} say called after each change */
  constructor(say) {
    this.#say = say;
  }

  /** Ends a forecast under way. The page shows none. */
  forget() {
    this.#asked?.abort();
    this.#asked = null;
    this.#about = '';
    this.found = null;
    this.busy = false;
    this.failure = '';
  }

  /** @param {Change[]} changes @param {string} etag */
  async read(changes, etag) {
    const about = JSON.stringify([etag, changes]);
    if (about === this.#about && !this.failure) return;
    this.forget();
    if (!changes.length) return;
    this.#about = about;
    const asked = new AbortController();
    this.#asked = asked;
    this.busy = true;
    this.#say();
    try {
      const options = { body: { changes }, headers: { 'If-Match': etag }, signal: asked.signal };
      const { data } = await ask('POST', '/api/admin/hours/waits', options);
      if (!asked.signal.aborted) this.found = data;
    } catch (error) {
      if (asked.signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      // The preview shows what is wrong with the changes themselves.
      this.failure = error.message;
    }
    if (asked.signal.aborted) return;
    this.busy = false;
    this.#say();
  }
}
