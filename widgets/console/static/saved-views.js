/**
 * Views of the list of tickets that the reader and their teams have saved. It draws nothing, and reports `change`.
 *
 * @import { Asked } from './facets.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{id: string, name: string, scope: 'own'|'team', team: string|null, query: string, may_change: boolean}} SavedView
 */

import { Refused } from '../shared/http.js';
import { asked, hrefOf, queryOf } from './facets.js';
import { counted } from './views.js';

/** A busy desk has news every second, and each view is counted by a query. */
const EVERY_MS = 5_000;

export class SavedViews extends EventTarget {
  /** @type {SavedView[]} */
  views = [];
  /** By the id of a view; null where the desk does not count. @type {Record<string, number|null>} */
  #counts = {};
  /** The views that may have more tickets than their count. @type {Set<string>} */
  #more = new Set();
  #due = false;
  #ask;
  #later;

  /** @param {Ask} ask @param {(run: () => void, ms: number) => unknown} [later] */
  constructor(ask, later = (run, ms) => setTimeout(run, ms)) {
    super();
    this.#ask = ask;
    this.#later = later;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** The list also works without saved views. */
  async read() {
    try {
      this.views = (await this.#ask('GET', '/api/views')).data.views;
      this.#changed();
      if (this.views.length) await this.count();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  async count() {
    const { counts, more } = (await this.#ask('GET', '/api/views/counts')).data;
    this.#counts = counts;
    this.#more = new Set(more);
    this.#changed();
  }

  /** The tickets have changed: their views are counted again soon. */
  stale() {
    if (this.#due || !this.views.length) return;
    this.#due = true;
    this.#later(async () => {
      this.#due = false;
      try {
        await this.count();
      } catch (error) {
        // The next change tries again.
        if (!(error instanceof Refused)) throw error;
      }
    }, EVERY_MS);
  }

  /** The number of tickets as it is shown. @param {SavedView} view */
  counted({ id }) {
    const count = this.#counts[id];
    // Nothing among the tickets that changed last says nothing of all tickets.
    return count ? counted({ tickets: count, more: this.#more.has(id) }) : '';
  }

  /** The address of a view. @param {SavedView} view */
  href({ query }) {
    return hrefOf(asked(`?${query}`), {});
  }

  /** The view that shows these tickets. @param {Asked} now */
  at(now) {
    const href = hrefOf(now, {});
    return this.views.find((view) => this.href(view) === href) ?? null;
  }

  /** Rejects with `Refused`. @param {string} name @param {string|null} team null for the reader alone @param {Asked} now */
  async save(name, team, now) {
    const query = hrefOf(now, {}).replace(/^\/tickets\??/u, '');
    const body = { name, query, filters: String(queryOf(now, 'me')), ...(team ? { team } : {}) };
    await this.#ask('POST', '/api/views', { body });
    // Whoever saved it does not wait for the counts.
    void this.read();
  }

  /** Rejects with `Refused`. @param {SavedView} view @param {string} name */
  async rename({ id }, name) {
    await this.#ask('PATCH', `/api/views/${id}`, { body: { name } });
    void this.read();
  }

  /** @param {SavedView} view */
  async remove({ id }) {
    try {
      await this.#ask('DELETE', `/api/views/${id}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    await this.read();
  }
}
