/**
 * The review of a day: its tickets, the one that is open, the judgement of it.
 *
 * @import { Me } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Judgement, ToReview } from './review-day.js'
 * @import { Correction, Draft } from './review-drafts.js'
 * @import { Chats } from './review-stories.js'
 * @import { Ask, Judged, Waiting } from './review-waiting.js'
 */

import { Refused } from '../shared/http.js';
import { ReviewDay } from './review-day.js';
import { ReviewDrafts } from './review-drafts.js';
import { ReviewPace } from './review-pace.js';
import { ReviewStories } from './review-stories.js';
import { ReviewWaiting } from './review-waiting.js';

/** The reason of a reviewer who keeps a colleague's correction. */
const AGREES = 'Agrees with the correction of a colleague.';
/** So many chats are read ahead of time. */
const AHEAD = 4;

export class ReviewWork extends ReviewDay {
  /** Why the last judgement of the open ticket was refused. */
  wrong = '';
  /** Somebody else changed the code meanwhile. @type {{waiting: Waiting, ticket: Chats}|null} */
  conflict = null;
  /** Keys alone do something: the page shows them. */
  singleKeys = true;
  #drafts = new ReviewDrafts();

  /** @param {{ask: Ask, me: Me, day: string, today: string, words: Vocabulary, storage: Storage|null, now?: () => number}} given `today`: the desk's */
  constructor({ ask, me, day, today, words, storage, now = () => Date.now() }) {
    super({ ask, me, day, today });
    this.words = words;
    this.pace = new ReviewPace(me.id, storage, now);
    this.stories = new ReviewStories({ ask, changed: (ticket) => ticket === this.open && this.changed() });
    this.waiting = new ReviewWaiting({
      ask,
      now,
      saved: (ticket, answer) => this.#saved(ticket, answer),
      refused: (one, why) => void this.#refused(one, why),
      changed: () => this.changed(),
    });
  }

  // -- reading ----------------------------------------------------------------------

  /** @override */
  async load() {
    this.stories.clear();
    await super.load();
  }

  /** @override @param {number} ticket */
  isUnsaved(ticket) {
    return this.waiting.has(ticket);
  }

  /** @override @param {number|null} number */
  async show(number) {
    this.wrong = '';
    this.conflict = null;
    this.pace.begin(number);
    await super.show(number);
    if (number === null) return;
    const reading = this.stories.read(number);
    for (const next of this.#due.slice(0, AHEAD)) void this.stories.read(next);
    await reading;
  }

  /** The whole ticket that is open; null before it was read. */
  get story() {
    return this.stories.of(this.open);
  }

  get storyFault() {
    return this.stories.faultOf(this.open);
  }

  async again() {
    if (this.open !== null) await this.stories.again(this.open);
  }

  /** @param {1|-1} step */
  async step(step) {
    const { tickets } = this;
    const at = tickets.findIndex(({ ticket }) => ticket === this.open);
    // After the last judgement none is open: back leads to the last chat of the day.
    const to = at < 0 ? tickets.at(step < 0 ? -1 : 0) : tickets[at + step];
    if (to) await this.show(to.ticket);
  }

  /** The other tickets that wait for a judgement: those after the open one, then those before it. */
  get #due() {
    const { tickets } = this;
    const at = tickets.findIndex(({ ticket }) => ticket === this.open);
    const others = [...tickets.slice(at + 1), ...tickets.slice(0, Math.max(0, at))];
    return others.filter(({ state }) => state === 'open').map(({ ticket }) => ticket);
  }

  /** Puts the open ticket behind all others. */
  async putAside() {
    const { open } = this;
    if (open === null || this.current?.state === 'done') return;
    const [next = null] = this.#due;
    this.setAside(open);
    if (next !== null) await this.show(next);
  }

  // -- judging ----------------------------------------------------------------------

  /** The answers so far to the open ticket. */
  get draft() {
    return this.#drafts.of(this.current);
  }

  /** @param {Partial<Draft>} change */
  fill(change) {
    this.#filled((row) => this.#drafts.fill(row, change));
  }

  /** The rows of the scorecard, if the open ticket has one. */
  get rows() {
    const { settings, current } = this;
    return settings && current && (settings.card === 'all' || current.sampled) ? settings.rows : [];
  }

  /** The next answer of the row at this place. @param {number} place from 1 */
  turn(place) {
    const row = this.rows[place - 1];
    if (row) this.#filled((current) => this.#drafts.turn(current, row.id));
  }

  /** @param {number} row @param {string} answer */
  score(row, answer) {
    this.#filled((current) => this.#drafts.score(current, row, answer));
  }

  yesToTheRest() {
    this.#filled((current) => this.#drafts.yesToTheRest(current, this.rows));
  }

  /** @param {(current: ToReview) => void} fill */
  #filled(fill) {
    if (!this.current) return;
    fill(this.current);
    this.wrong = '';
    this.changed();
  }

  /** Saves the judgement, and goes on at once. */
  save() {
    const { current } = this;
    if (!current) return;
    const verdict = this.#drafts.verdict(current);
    if (!verdict) {
      this.wrong = 'Say first whether the code is right (A), or correct it (C).';
      return this.changed();
    }
    const body = { ...verdict, ...this.#drafts.sent(current, this.rows) };
    if (!this.waiting.add({ ticket: current.ticket, version: this.#version(current), body })) {
      this.wrong = 'Fifty judgements wait for the connection already. Go on when they are saved.';
      return this.changed();
    }
    this.#judged(current, body);
  }

  /** Opens what corrects the code, if there is one. */
  askCorrection() {
    if (this.current?.code) return this.tell('correct');
    this.wrong = this.current ? 'The ticket is not solved yet, so there is no code to correct.' : '';
    this.changed();
  }

  /** Another code is right. Saved with the rest of the judgement. @param {Correction} correction */
  correct(correction) {
    this.fill({ correction });
    this.dispatchEvent(new Event('corrected'));
  }

  /** @param {ToReview} row */
  #version(row) {
    return this.stories.of(row.ticket)?.version ?? row.version;
  }

  /** Shows a judgement before it is saved, and the next ticket. @param {ToReview} row @param {Judged} body */
  #judged(row, body) {
    const [next = null] = this.#due;
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
    void this.show(next);
  }

  /** @param {number} ticket @param {ToReview|null} answer */
  #saved(ticket, answer) {
    this.#drafts.forget(ticket);
    // A judgement can change the ticket's code.
    if (ticket === this.open) void this.stories.again(ticket);
    else this.stories.forget(ticket);
    this.dispatchEvent(new Event('saved'));
    const all = this.list?.tickets ?? [];
    const at = all.findIndex((one) => one.ticket === ticket);
    if (answer && at >= 0) all[at] = answer;
    // The last one of the day: the page shows how often two readers agree.
    if (this.open === null && !this.waiting.count) void this.readFigures();
    this.changed();
  }

  /** A judgement that the desk did not take: its ticket was changed meanwhile, or a rule stands against it. @param {Waiting} one @param {Refused} why */
  async #refused(one, why) {
    const row = this.list?.tickets.find(({ ticket }) => ticket === one.ticket);
    if (!row) return;
    if (why.status === 412) {
      const before = this.stories.of(one.ticket)?.resolution ?? row.code;
      await this.stories.again(one.ticket);
      const ticket = this.stories.of(one.ticket);
      // Only another code is a conflict: a ticket that was reopened or rated meanwhile is judged as it was read.
      if (ticket && (ticket.resolution === before || ticket.resolution === null))
        return void this.waiting.add({ ...one, version: ticket.version });
      if (ticket) return this.#meets(row, { waiting: one, ticket });
    }
    row.state = 'open';
    row.mine = null;
    await this.show(one.ticket);
    this.wrong = why.message;
    this.changed();
  }

  /** @param {ToReview} row @param {{waiting: Waiting, ticket: Chats}} conflict */
  async #meets(row, conflict) {
    row.state = 'open';
    row.mine = null;
    await this.show(row.ticket);
    this.conflict = conflict;
    this.changed();
  }

  /** Ends a conflict. @param {boolean} mine the reviewer's own judgement replaces the other one */
  settle(mine) {
    const { conflict, current } = this;
    if (!conflict || !current) return;
    this.conflict = null;
    const { waiting, ticket } = conflict;
    /** @type {Judged} */
    const theirs = {
      verdict: 'corrected',
      resolution: ticket.resolution ?? '',
      reason: AGREES,
      ...this.#drafts.sent(current, this.rows),
    };
    const wanted = mine ? waiting.body : theirs;
    this.waiting.add({ ticket: current.ticket, version: ticket.version, body: wanted });
    this.#judged(current, wanted);
  }

  /** Takes the last judgement back, and opens its ticket again. */
  async undo() {
    const ticket = this.last;
    const row = this.list?.tickets.find((one) => one.ticket === ticket);
    if (!row?.mine || ticket === null) return;
    const draft = this.#drafts.of(row);
    this.last = null;
    this.waiting.drop(ticket);
    try {
      const { data } = await this.ask('DELETE', `/api/tickets/${ticket}/review`);
      this.#saved(ticket, data);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      // It was never saved.
      if (why.status !== 404) {
        this.last = ticket;
        this.wrong = why.message;
        return this.changed();
      }
      row.mine = null;
      row.state = 'open';
    }
    this.#drafts.fill(row, draft);
    await this.show(ticket);
  }

  // -- what the other parts do --------------------------------------------------------

  /** @param {'correct'|'figures'|'list'|'rules'|'card'} what */
  tell(what) {
    this.dispatchEvent(new Event(what));
  }
}
