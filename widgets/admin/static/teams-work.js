/**
 * The state of the page of teams and products.
 *
 * @import { LastSave } from './last-save.js'
 *
 * @typedef {{
 *   team: string, name: string, topic: string, email: string|null, published_as: string, schedule: string,
 *   products: string[], wait_target_s: number, first_reply_s: number, assign: string, offer_s: number,
 *   retired: boolean, successor: string|null, people: number, tickets: number,
 * }} Team
 * @typedef {{version: string|null, saved: LastSave|null, read_only: string|null, schedules: string[], default_team: string, default_products: string[], teams: Team[]}} Teams
 */

import { Refused, ask } from '../shared/http.js';
import { savedWords } from './last-save.js';

const PATH = '/api/admin/teams';

export class TeamsWork extends EventTarget {
  /** @type {Teams|null} */
  found = null;
  busy = false;
  failure = '';
  /** @type {Record<string, string>} */
  wrong = {};
  done = '';
  #etag = '*';

  async start() {
    await this.#guarded(() => this.#read());
  }

  /** @param {string} team @param {object} values @param {string} done @returns {Promise<boolean>} */
  change(team, values, done) {
    return this.#save('PATCH', `${PATH}/${team}`, values, done);
  }

  /** @param {object} values @param {string} done */
  add(values, done) {
    return this.#save('POST', PATH, values, done);
  }

  /** @param {string} product @param {string} name @param {string[]} teams */
  setProduct(product, name, teams) {
    return this.#save(
      'PUT',
      '/api/admin/products',
      { product, name, teams },
      teams.length ? `${name} is saved.` : `${name} is removed from all teams.`,
    );
  }

  /** @returns {{product: string, teams: Team[]}[]} */
  get products() {
    const open = this.found?.teams.filter(({ retired }) => !retired) ?? [];
    const names = new Set(open.flatMap(({ products }) => products));
    return [...names].map((product) => ({ product, teams: open.filter(({ products }) => products.includes(product)) }));
  }

  /** Adds a product. What exists already is not replaced. @param {string} name @param {string[]} teams */
  addProduct(name, teams) {
    const body = { product: name, name, teams, is_new: true };
    if (teams.length) return this.#save('PUT', '/api/admin/products', body, `${name} is added.`);
    this.forget();
    this.wrong = { teams: 'Choose at least one team. Otherwise nobody could choose the product.' };
    this.#say();
    return Promise.resolve(false);
  }

  forget() {
    this.failure = '';
    this.wrong = {};
    this.done = '';
    this.#say();
  }

  /** @param {string} method @param {string} path @param {object} body @param {string} done */
  async #save(method, path, body, done) {
    return this.#guarded(async () => {
      await ask(method, path, { body, headers: { 'If-Match': this.#etag } });
      await this.#read();
      this.done = done;
    });
  }

  async #read() {
    const { data, etag } = await ask('GET', PATH);
    this.found = data;
    this.#etag = etag ?? '*';
    // The navigation counts teams too.
    const count = document.querySelector('.rail a[aria-current] .num');
    if (count) count.textContent = String(this.found?.teams.filter(({ retired }) => !retired).length);
  }

  /** @param {() => Promise<void>} work @returns {Promise<boolean>} true if nothing was refused */
  async #guarded(work) {
    this.busy = true;
    this.failure = '';
    this.wrong = {};
    this.done = '';
    this.#say();
    let ok = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      ok = false;
      this.wrong = error.fields;
      this.failure = error.message;
      if (error.status === 412) {
        await this.#read();
        const told = savedWords(this.found?.saved ?? null, 'teams or hours', Date.now());
        this.failure = `${told}. Nothing is lost: look at the teams, and save again.`;
      }
    }
    this.busy = false;
    this.#say();
    return ok;
  }

  #say() {
    this.dispatchEvent(new Event('change'));
  }
}
