/**
 * The tickets to review of a day, and the settings of reviews. Reports `change` when something must be redrawn.
 *
 * @import { Me, Team } from '../shared/types.js'
 * @import { Ask } from './review-waiting.js'
 * @typedef {{id: number, reviewer: {id: string, name: string}, at: string, verdict: 'confirmed'|'corrected', from_code: string|null, code: string|null,
 *   reason: string|null, scores: Record<string, string>, feedback: string|null, answer: string|null}} Judgement
 * @typedef {{ticket: number, day: string, chat: string, subject: string|null, requester: string|null, team: string, product: string|null, status: string,
 *   code: string|null, rating: number|null, version: number, agent: {id: string, name: string}|null, ending: string, closed_at: string, sampled: boolean,
 *   readers: number, rules: string[], state: 'open'|'done', mine: Judgement|null, others: Judgement[]}} ToReview
 * @typedef {{day: string, drawn_at: string|null, counts: {sample: number, by_rule: number, all: number, rules: Record<string, number>, together: Array<{rules: string[], count: number}>}, tickets: ToReview[], left_out: number}} Day
 * @typedef {{ticket: number, day: string, subject: string|null, agent: {id: string, name: string}|null, first: Judgement, second: Judgement}} Difference
 * @typedef {{rows: Array<{id: number, text: string}>, share: number, rules: string[], card: 'sample'|'all'}} ReviewSettings
 * @typedef {{agreement: {pairs: number, same_code: number, differ: number[], answers: number, same_answer: number, differences: Difference[], settled: number},
 *   codes: Array<{agent: string|null, reviewer: string|null, count: number}>}} Figures
 * @typedef {'sample'|'rule'|'all'} Which
 */

import { Refused } from '../shared/http.js';

export class ReviewDay extends EventTarget {
  /** @type {Day|null} */
  list = null;
  /** @type {ReviewSettings|null} */
  settings = null;
  /** @type {Figures|null} */
  figures = null;
  /** @type {Which} */
  which = 'sample';
  /** The number of the open ticket; null without one. @type {number|null} */
  open = null;
  /** Why the day was not loaded. */
  fault = '';
  /** The last ticket that was judged here. @type {number|null} */
  last = null;
  /** Tickets that were put aside: they come last. @type {number[]} */
  #aside = [];
  /** Names of teams by key. @type {Map<string, string>} */
  #teams = new Map();

  /** @param {{ask: Ask, me: Me, day: string, today: string}} given `today`: the desk's */
  constructor({ ask, me, day, today }) {
    super();
    this.ask = ask;
    this.me = me;
    this.day = day;
    this.today = today;
  }

  changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** Opens a ticket. @param {number|null} number */
  async show(number) {
    this.open = number;
    this.changed();
  }

  /** True while a judgement of this ticket waits to be saved. @param {number} _ticket */
  isUnsaved(_ticket) {
    return false;
  }

  /** @param {Team[]} teams */
  teamsAre(teams) {
    for (const { team, name } of teams) this.#teams.set(team, name);
    this.changed();
  }

  /** @param {string} key */
  team(key) {
    return this.#teams.get(key) ?? key;
  }

  // -- the day ----------------------------------------------------------------------

  async load() {
    this.list = null;
    this.fault = '';
    this.changed();
    const { day } = this;
    try {
      const [list, settings, figures] = await Promise.all([
        this.ask('GET', `/api/reviews?day=${day}`),
        this.ask('GET', '/api/reviews/settings'),
        this.ask('GET', '/api/reviews/figures'),
      ]);
      if (day !== this.day) return;
      this.list = list.data;
      this.settings = settings.data;
      this.figures = figures.data;
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.fault = why.message;
      return this.changed();
    }
    this.#fallBack();
    this.#aside = [];
    await this.openFirst();
  }

  /** Chooses other chats if there are none of the chosen ones. */
  #fallBack() {
    if (this.which === 'sample' && !this.list?.counts.sample) this.which = 'rule';
    if (this.which === 'rule' && !this.list?.counts.by_rule) this.which = 'all';
  }

  /** True if this person may change the settings. */
  get mayChange() {
    return !this.me.teams.length;
  }

  /** Changes settings, and reads the day again, on which the rules hold at once. Rejects with Refused. @param {Partial<ReviewSettings>} change */
  async change(change) {
    this.settings = (await this.ask('PATCH', '/api/reviews/settings', { body: change })).data;
    const { day } = this;
    /** @type {Day} */
    const list = (await this.ask('GET', `/api/reviews?day=${day}`)).data;
    if (day !== this.day) return;
    const before = new Map(this.list?.tickets.map((row) => [row.ticket, row]));
    const unsaved = (/** @type {ToReview} */ { ticket }) => (this.isUnsaved(ticket) ? before.get(ticket) : null);
    this.list = { ...list, tickets: list.tickets.map((row) => unsaved(row) ?? row) };
    this.#fallBack();
    this.changed();
  }

  /** Reads the figures again; those that are shown stay if that fails. */
  async readFigures() {
    try {
      this.figures = (await this.ask('GET', '/api/reviews/figures')).data;
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
    }
    this.changed();
  }

  /** Stores on which judgement of a ticket two readers agreed. Rejects with Refused. @param {number} ticket @param {number} review */
  async agree(ticket, review) {
    const { data } = await this.ask('POST', `/api/tickets/${ticket}/review/agreement`, { body: { review } });
    const all = this.list?.tickets ?? [];
    const at = all.findIndex((one) => one.ticket === ticket);
    if (data && at >= 0) all[at] = data;
    await this.readFigures();
  }

  /** Shows another day. @param {1|-1} step */
  async go(step) {
    const [year, month, day] = this.day.split('-').map(Number);
    const to = new Date(Date.UTC(year, month - 1, day + step)).toISOString().slice(0, 10);
    if (to > this.today) return;
    this.day = to;
    this.which = 'sample';
    this.last = null;
    await this.load();
  }

  /** @param {Which} which */
  async choose(which) {
    this.which = which;
    await this.openFirst();
  }

  /** Opens the first of the chosen tickets that waits. */
  async openFirst() {
    const { tickets } = this;
    const first = tickets.find(({ state }) => state === 'open') ?? null;
    await this.show(first?.ticket ?? null);
  }

  /** The chosen tickets of the day, in the order in which they are read. */
  get tickets() {
    const all = this.list?.tickets ?? [];
    const chosen = all.filter(
      ({ sampled, rules }) => this.which === 'all' || (this.which === 'sample' ? sampled : rules.length),
    );
    const aside = (/** @type {ToReview} */ { ticket }) => this.#aside.indexOf(ticket);
    return chosen.sort((one, other) => aside(one) - aside(other));
  }

  /** The chosen tickets as the page lists and numbers them: those that are read, the open one, those that wait. */
  get numbered() {
    const { tickets, open } = this;
    const others = tickets.filter(({ ticket }) => ticket !== open);
    const read = others.filter(({ state }) => state === 'done');
    const now = tickets.filter(({ ticket }) => ticket === open);
    return { read, now, next: others.filter(({ state }) => state === 'open') };
  }

  /** How many tickets that a rule selects wait for a judgement. */
  get dueByRule() {
    return (this.list?.tickets ?? []).filter(({ rules, state }) => rules.length && state === 'open').length;
  }

  /** Puts a ticket behind all others. @param {number} ticket */
  setAside(ticket) {
    this.#aside = [...this.#aside.filter((one) => one !== ticket), ticket];
  }

  /** The open ticket. @returns {ToReview|null} */
  get current() {
    return this.list?.tickets.find(({ ticket }) => ticket === this.open) ?? null;
  }

  /** Numbers of the chosen tickets: judged right, corrected, still to do; the place of the open one, from 1. */
  get tally() {
    const { tickets } = this;
    const { read, now } = this.numbered;
    const done = tickets.filter(({ state }) => state === 'done');
    const corrected = done.filter(({ mine, others }) => (mine ?? others[0])?.verdict === 'corrected').length;
    return {
      of: tickets.length,
      right: done.length - corrected,
      corrected,
      due: tickets.length - done.length,
      place: now.length && read.length + 1,
    };
  }
}
