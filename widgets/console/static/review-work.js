/**
 * The review of a day: its tickets, the one that is open, the judgement of it. Reports `change` when something must be
 * redrawn.
 *
 * @import { Me, Team, Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Ask, Judged, Waiting } from './review-waiting.js'
 * @typedef {{id: number, reviewer: {id: string, name: string}, at: string, verdict: 'confirmed'|'corrected', from_code: string|null, code: string|null,
 *   reason: string|null, scores: Record<string, string>, feedback: string|null, answer: string|null}} Judgement
 * @typedef {{ticket: number, day: string, chat: string, subject: string|null, requester: string|null, team: string, product: string|null, status: string,
 *   code: string|null, rating: number|null, version: number, agent: {id: string, name: string}|null, ending: string, closed_at: string, sampled: boolean,
 *   readers: number, rules: string[], state: 'open'|'done', mine: Judgement|null, others: Judgement[]}} ToReview
 * @typedef {{day: string, drawn_at: string|null, counts: {sample: number, by_rule: number, all: number, rules: Record<string, number>}, tickets: ToReview[], left_out: number}} Day
 * @typedef {{rows: Array<{id: number, text: string}>, share: number, rules: string[], card: 'sample'|'all'}} ReviewSettings
 * @typedef {{agreement: {pairs: number, same_code: number, differ: number[], answers: number, same_answer: number},
 *   codes: Array<{agent: string|null, reviewer: string|null, count: number}>}} Figures
 * @typedef {{right: boolean, scores: Record<string, string>, feedback: string}} Draft
 * @typedef {'sample'|'rule'|'all'} Which
 */

import { Refused } from '../shared/http.js';
import { ReviewPace } from './review-pace.js';
import { ReviewWaiting, post } from './review-waiting.js';

/** The reason of a reviewer who keeps a colleague's correction. */
const AGREES = 'Agrees with the correction of a colleague.';
const ANSWERS = ['yes', 'partly', 'no', ''];

export class ReviewWork extends EventTarget {
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
  /** Why the last judgement of the open ticket was refused. */
  wrong = '';
  /** Somebody else changed the code meanwhile. @type {{waiting: Waiting, ticket: Ticket}|null} */
  conflict = null;
  /** The last ticket that was judged here. @type {number|null} */
  last = null;
  /** Names of teams by key. @type {Map<string, string>} */
  #teams = new Map();
  /** @type {Map<number, Ticket>} */
  #stories = new Map();
  /** @type {Map<number, string>} why one could not be read */
  #faults = new Map();
  /** @type {Map<number, Draft>} */
  #drafts = new Map();
  /** Tickets that were put aside: they come last. @type {number[]} */
  #aside = [];

  /** @param {{ask: Ask, me: Me, day: string, today: string, words: Vocabulary, storage: Storage|null, now?: () => number}} given `today`: the desk's */
  constructor({ ask, me, day, today, words, storage, now = () => Date.now() }) {
    super();
    this.ask = ask;
    this.me = me;
    this.day = day;
    this.today = today;
    this.words = words;
    this.pace = new ReviewPace(me.id, storage, now);
    this.waiting = new ReviewWaiting({
      ask,
      now,
      saved: (ticket, answer) => this.#saved(ticket, answer),
      refused: (one, why) => void this.#refused(one, why),
      changed: () => this.#changed(),
    });
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {Team[]} teams */
  teamsAre(teams) {
    for (const { team, name } of teams) this.#teams.set(team, name);
    this.#changed();
  }

  /** @param {string} key */
  team(key) {
    return this.#teams.get(key) ?? key;
  }

  // -- the day ----------------------------------------------------------------------

  async load() {
    this.list = null;
    this.fault = '';
    this.#changed();
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
      return this.#changed();
    }
    if (this.which === 'sample' && !this.list?.counts.sample) this.which = 'rule';
    if (this.which === 'rule' && !this.list?.counts.by_rule) this.which = 'all';
    this.#aside = [];
    await this.#openFirst();
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
    await this.#openFirst();
  }

  async #openFirst() {
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

  /** The open ticket. @returns {ToReview|null} */
  get current() {
    return this.list?.tickets.find(({ ticket }) => ticket === this.open) ?? null;
  }

  /** Numbers of the chosen tickets: judged right, corrected, still to do; the place of the open one, from 1. */
  get tally() {
    const { tickets } = this;
    const done = tickets.filter(({ state }) => state === 'done');
    const corrected = done.filter(({ mine, others }) => (mine ?? others[0])?.verdict === 'corrected').length;
    return {
      of: tickets.length,
      right: done.length - corrected,
      corrected,
      due: tickets.length - done.length,
      place: tickets.findIndex(({ ticket }) => ticket === this.open) + 1,
    };
  }

  // -- reading ----------------------------------------------------------------------

  /** @param {number|null} number */
  async show(number) {
    this.open = number;
    this.wrong = '';
    this.conflict = null;
    this.pace.begin(number);
    this.#changed();
    if (number === null) return;
    await this.#read(number);
    const next = this.#nextOpen();
    if (next !== null) await this.#read(next);
  }

  /** The whole ticket that is open; null before it was read. */
  get story() {
    return this.open === null ? null : (this.#stories.get(this.open) ?? null);
  }

  get storyFault() {
    return this.open === null ? '' : (this.#faults.get(this.open) ?? '');
  }

  /** @param {number} number @param {boolean} [again] */
  async #read(number, again = false) {
    if (this.#stories.has(number) && !again) return;
    try {
      this.#stories.set(number, (await this.ask('GET', `/api/tickets/${number}`)).data);
      this.#faults.delete(number);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.#faults.set(number, why.message);
    }
    this.#changed();
  }

  async again() {
    if (this.open !== null) await this.#read(this.open, true);
  }

  /** @param {1|-1} step */
  async step(step) {
    const { tickets } = this;
    const at = tickets.findIndex(({ ticket }) => ticket === this.open);
    const to = tickets[at + step];
    if (to) await this.show(to.ticket);
  }

  /** The next ticket that waits for a judgement, after the open one and then from the start. */
  #nextOpen() {
    const { tickets } = this;
    const at = tickets.findIndex(({ ticket }) => ticket === this.open);
    const waits = [...tickets.slice(at + 1), ...tickets.slice(0, Math.max(0, at))];
    return waits.find(({ state }) => state === 'open')?.ticket ?? null;
  }

  /** Puts the open ticket behind all others. */
  async putAside() {
    const { open } = this;
    if (open === null || this.current?.state === 'done') return;
    const next = this.#nextOpen();
    this.#aside = [...this.#aside.filter((one) => one !== open), open];
    if (next !== null) await this.show(next);
  }

  // -- judging ----------------------------------------------------------------------

  /** The answers so far to the open ticket. @returns {Draft} */
  get draft() {
    const { current } = this;
    const kept = current && this.#drafts.get(current.ticket);
    if (kept) return kept;
    const mine = current?.mine;
    return { right: mine?.verdict === 'confirmed', scores: { ...mine?.scores }, feedback: mine?.feedback ?? '' };
  }

  /** @param {Partial<Draft>} change */
  fill(change) {
    if (this.open === null) return;
    this.#drafts.set(this.open, { ...this.draft, ...change });
    this.wrong = '';
    this.#changed();
  }

  /** The rows of the scorecard, if the open ticket has one. */
  get rows() {
    const { settings, current } = this;
    return settings && current && (settings.card === 'all' || current.sampled) ? settings.rows : [];
  }

  /** The next answer of the row at this place: Yes, Partly, No, none. @param {number} place from 1 */
  turn(place) {
    const row = this.rows[place - 1];
    if (!row) return;
    const now = this.draft.scores[row.id] ?? '';
    const next = ANSWERS[(ANSWERS.indexOf(now) + 1) % ANSWERS.length];
    this.score(row.id, next);
  }

  /** @param {number} row @param {string} answer empty: none */
  score(row, answer) {
    const scores = { ...this.draft.scores };
    if (answer) scores[row] = answer;
    else delete scores[row];
    this.fill({ scores });
  }

  /** Yes to every row without an answer. */
  yesToTheRest() {
    const missing = this.rows.filter(({ id }) => !this.draft.scores[id]).map(({ id }) => [id, 'yes']);
    this.fill({ scores: { ...this.draft.scores, ...Object.fromEntries(missing) } });
  }

  /** @returns {Pick<Judged, 'scores'|'feedback'>} */
  #card() {
    const { scores, feedback } = this.draft;
    const known = new Set(this.rows.map(({ id }) => String(id)));
    const kept = Object.fromEntries(Object.entries(scores).filter(([row]) => known.has(row)));
    return { scores: kept, ...(feedback.trim() && { feedback: feedback.trim() }) };
  }

  /** Saves that the code is right, and goes on at once. */
  async save() {
    const { current, draft } = this;
    if (!current) return;
    if (!draft.right) {
      this.wrong = 'Say first whether the code is right (A), or correct it (C).';
      return this.#changed();
    }
    const body = /** @type {Judged} */ ({ verdict: 'confirmed', ...this.#card() });
    if (!this.waiting.add({ ticket: current.ticket, version: this.#version(current), body })) {
      this.wrong = 'Fifty judgements wait for the connection already. Go on when they are saved.';
      return this.#changed();
    }
    await this.#judged(current, body);
  }

  /**
   * Corrects the code of the open ticket. What the desk refuses is thrown: the dialog shows it.
   * @param {{resolution: string, reason: string, duplicate_of?: number}} correction
   */
  async correct(correction) {
    const { current } = this;
    if (!current) return;
    const body = /** @type {Judged} */ ({ verdict: 'corrected', ...correction, ...this.#card() });
    const one = { ticket: current.ticket, version: this.#version(current), body };
    try {
      const answer = await post(this.ask, one);
      this.#stories.delete(current.ticket);
      this.#saved(current.ticket, answer);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      if (why.status === 412) return void this.#refused(one, why);
      if (why.status !== 0 || !this.waiting.add(one)) throw why;
    }
    await this.#judged(current, body);
  }

  /** @param {ToReview} row */
  #version(row) {
    return this.#stories.get(row.ticket)?.version ?? row.version;
  }

  /** Shows a judgement before it is saved, and the next ticket. @param {ToReview} row @param {Judged} body */
  async #judged(row, body) {
    const next = this.#nextOpen();
    if (row.state === 'open') {
      const reviewer = { id: this.me.id, name: this.me.name };
      row.mine = /** @type {Judgement} */ ({
        id: 0,
        reviewer,
        at: '',
        from_code: row.code,
        code: body.resolution ?? row.code,
        reason: null,
        answer: null,
        scores: {},
        feedback: null,
        ...body,
      });
      row.state = 'done';
    }
    this.last = row.ticket;
    this.pace.end(row.ticket);
    await this.show(next);
  }

  /** @param {number} ticket @param {ToReview|null} answer */
  #saved(ticket, answer) {
    this.#drafts.delete(ticket);
    this.dispatchEvent(new Event('saved'));
    const all = this.list?.tickets ?? [];
    const at = all.findIndex((one) => one.ticket === ticket);
    if (answer && at >= 0) all[at] = answer;
    this.#changed();
  }

  /** A judgement that the desk did not take: its ticket was changed meanwhile, or a rule stands against it. @param {Waiting} one @param {Refused} why */
  async #refused(one, why) {
    const row = this.list?.tickets.find(({ ticket }) => ticket === one.ticket);
    if (!row) return;
    if (why.status === 412) {
      const before = this.#stories.get(one.ticket)?.resolution ?? row.code;
      await this.#read(one.ticket, true);
      const ticket = this.#stories.get(one.ticket);
      // Only another code is a conflict: a ticket that was reopened or rated meanwhile is judged as it was read.
      if (ticket && (ticket.resolution === before || ticket.resolution === null))
        return void this.waiting.add({ ...one, version: ticket.version });
      if (ticket) return this.#meets(row, { waiting: one, ticket });
    }
    row.state = 'open';
    row.mine = null;
    await this.show(one.ticket);
    this.wrong = why.message;
    this.#changed();
  }

  /** @param {ToReview} row @param {{waiting: Waiting, ticket: Ticket}} conflict */
  async #meets(row, conflict) {
    row.state = 'open';
    row.mine = null;
    await this.show(row.ticket);
    this.conflict = conflict;
    this.#changed();
  }

  /** Ends a conflict. @param {boolean} mine the reviewer's own judgement replaces the other one */
  async settle(mine) {
    const { conflict, current } = this;
    if (!conflict || !current) return;
    this.conflict = null;
    const { waiting, ticket } = conflict;
    /** @type {Judged} */
    const theirs = { verdict: 'corrected', resolution: ticket.resolution ?? '', reason: AGREES, ...this.#card() };
    const wanted = mine ? waiting.body : theirs;
    this.waiting.add({ ticket: current.ticket, version: ticket.version, body: wanted });
    await this.#judged(current, wanted);
  }

  /** Takes the last judgement back, and opens its ticket again. */
  async undo() {
    const ticket = this.last;
    const row = this.list?.tickets.find((one) => one.ticket === ticket);
    if (!row?.mine || ticket === null) return;
    const { verdict, scores, feedback } = row.mine;
    this.last = null;
    this.waiting.drop(ticket);
    try {
      const { data } = await this.ask('DELETE', `/api/tickets/${ticket}/review`);
      this.#stories.delete(ticket);
      this.#saved(ticket, data);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      // It was never saved.
      if (why.status !== 404) {
        this.last = ticket;
        this.wrong = why.message;
        return this.#changed();
      }
      row.mine = null;
      row.state = 'open';
    }
    this.#drafts.set(ticket, { right: verdict === 'confirmed', scores: { ...scores }, feedback: feedback ?? '' });
    await this.show(ticket);
  }

  // -- what the other parts do --------------------------------------------------------

  /** @param {'correct'|'figures'|'card'} what */
  tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
