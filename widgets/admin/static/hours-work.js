/**
 * The state of the hours page: what the server says, the changes that are not saved, and their preview.
 *
 * @import { Change, Hours } from './hours-changes.js'
 *
 * @typedef {{before: string[], after: string[]}} HoursOfDay
 * @typedef {{name: string, teams: string[], first: string, last: string, days: number, before: string[], after: string[], minutes: number}} Difference
 * @typedef {{team: string, name: string, waiting: number, held: number, closes: boolean, drain_s: number}} ChatsOfTeam
 * @typedef {{
 *   columns: {teams: string[], name: string}[],
 *   days: {day: string, hours: HoursOfDay[]}[],
 *   differences: Difference[],
 *   chats: ChatsOfTeam[],
 *   tickets: {awaiting: number, later: number, more: boolean},
 * }} Preview
 * @typedef {{from: string|null, to: string|null, change: string|null}} ClockPeriod
 * @typedef {{opens: string, closes: string|null, days: number}} LocalTimes
 * @typedef {{
 *   zones: string[],
 *   periods: ClockPeriod[],
 *   teams: {name: string, teams: string[], zones: {zone: string, chats: number, times: (LocalTimes|null)[]}[]}[],
 * }} Clocks
 */

import { Refused, ask } from '../shared/http.js';
import { countOf, inConflict, keyOf, withChange } from './hours-changes.js';
import { planned, withoutSchedule } from './hours-plan.js';
import { HoursForecast } from './hours-forecast.js';
import { weeksWith } from './hours-weeks.js';

const PATH = '/api/admin/hours';
const PAUSE_MS = 250;

/** @param {ChatsOfTeam} team */
const closesOnPeople = ({ closes, waiting }) => closes && waiting > 0;

export class HoursWork extends EventTarget {
  /** @type {Hours|null} */
  hours = null;
  /** @type {Change[]} */
  changes = [];
  /** @type {Preview|null} */
  preview = null;
  /** When teams open for customers elsewhere, around clock changes. @type {Clocks|null} */
  clocks = null;
  clocksFailure = '';
  /** The first day of the preview. Empty: today. */
  from = '';
  /** A refusal of the changes by field, such as `changes[0].spans`. @type {Record<string, string>} */
  wrong = {};
  failure = '';
  busy = false;
  /** The changes that take the last save back. @type {Change[]} */
  undo = [];
  /** True if the last save took an earlier one back. */
  undone = false;
  /** Changes that somebody else's save touched too. @type {Change[]} */
  conflict = [];
  /** True if somebody else saved while changes waited here. */
  othersSaved = false;
  /** Teams that a save would close while people wait in their queues. Until they are confirmed, nothing is saved. @type {ChatsOfTeam[]} */
  closing = [];
  /** The public calendars that a schedule can have. Empty until they are read. @type {{country: string, subdivisions: string[]}[]} */
  calendars = [];
  forecast = new HoursForecast(() => this.#say());
  #etag = '';
  #turn = 0;
  #timer = 0;
  /** The preview under way. @type {Promise<void>|null} */
  #looking = null;
  /** What `confirm` saves. @type {{changes: Change[], back: boolean}} */
  #asked = { changes: [], back: false };

  async start() {
    await this.#guarded(() => this.#read());
    await this.#look();
  }

  /** The schedules with the changes that are not saved. */
  get schedules() {
    return this.hours ? planned(this.hours, this.changes) : [];
  }

  /** How many changes somebody made here that are not saved. */
  get count() {
    return countOf(this.changes);
  }

  /** Adds changes, and lets the preview show their days. @param {...Change} changes */
  change(...changes) {
    this.changes = changes.reduce(withChange, this.changes);
    const { today } = this.hours ?? {};
    if (today) this.from = changes.reduce((from, one) => weeksWith(one, from, today), this.from);
    this.#changed();
  }

  /** Drops a schedule that is not saved. @param {string} key */
  dropSchedule(key) {
    this.changes = withoutSchedule(this.changes, key);
    this.#changed();
  }

  /** @param {Change} change */
  takeBack(change) {
    this.changes = this.changes.filter((one) => keyOf(one) !== keyOf(change));
    this.#changed();
  }

  discard() {
    this.changes = [];
    this.conflict = [];
    this.othersSaved = false;
    this.#changed();
  }

  /** @param {string} from */
  lookFrom(from) {
    this.from = from;
    this.#changed();
  }

  /** The refusal of a change, beside its field. @param {Change} change */
  wrongOf(change) {
    const at = this.changes.findIndex((one) => keyOf(one) === keyOf(change));
    const field = Object.keys(this.wrong).find((name) => name.startsWith(`changes[${at}]`));
    return field ? this.wrong[field] : '';
  }

  /** Keeps what the other person saved of the days that both changed. */
  keepTheirs() {
    const keys = new Set(this.conflict.map(keyOf));
    this.changes = this.changes.filter((one) => !keys.has(keyOf(one)));
    this.takeMine();
  }

  takeMine() {
    this.conflict = [];
    this.othersSaved = false;
    this.#changed();
  }

  async readClocks() {
    const turn = this.#turn;
    this.clocksFailure = '';
    try {
      const options = { body: { changes: this.changes }, headers: { 'If-Match': this.#etag } };
      const { data } = await ask('POST', `${PATH}/clocks`, options);
      if (turn === this.#turn) this.clocks = data;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Somebody saved: the preview reads their hours, and then these times again.
      if (error.status === 412) return;
      this.clocksFailure = error.message;
    }
    this.#say();
  }

  async readCalendars() {
    if (this.calendars.length) return;
    await this.#guarded(async () => {
      this.calendars = (await ask('GET', '/api/admin/holidays')).data;
    }, false);
  }

  async save() {
    await this.#put(this.changes);
  }

  async takeBackSave() {
    await this.#put(this.undo, true);
  }

  /** Saves what was asked about. */
  async confirm() {
    await this.#put(this.#asked.changes, this.#asked.back, true);
  }

  keepOpen() {
    this.closing = [];
    this.#say();
  }

  forecastAgain() {
    this.forecast.read(this.changes, this.#etag);
  }

  /** @param {Change[]} changes @param {boolean} [back] @param {boolean} [confirmed] */
  async #put(changes, back = false, confirmed = false) {
    window.clearTimeout(this.#timer);
    this.forecast.forget();
    this.closing = [];
    await this.#guarded(async () => {
      // The server would refuse a preview of the version before this save.
      await this.#looking;
      // Asked now, because people may have come since the preview on the page.
      const closing = confirmed ? [] : (await this.#previewOf(changes)).chats.filter(closesOnPeople);
      if (closing.length) {
        this.closing = closing;
        this.#asked = { changes, back };
        return;
      }
      const { data } = await ask('PUT', PATH, { body: { changes }, headers: { 'If-Match': this.#etag } });
      this.undo = back ? [] : data.undo;
      this.undone = back;
      if (!back) this.changes = [];
      await this.#read();
    });
    if (!this.closing.length) await this.#look();
  }

  /** @param {Change[]} changes @returns {Promise<Preview>} */
  async #previewOf(changes) {
    const body = { changes, from: this.from || null };
    return (await ask('POST', `${PATH}/preview`, { body, headers: { 'If-Match': this.#etag } })).data;
  }

  async #read() {
    const { data, etag } = await ask('GET', PATH);
    this.hours = data;
    this.#etag = etag ?? '*';
  }

  #changed() {
    this.undone = false;
    this.closing = [];
    this.wrong = {};
    this.failure = '';
    this.#say();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#look(), PAUSE_MS);
  }

  async #look() {
    if (this.busy) return;
    const turn = ++this.#turn;
    this.#looking = this.#guarded(async () => {
      const preview = await this.#previewOf(this.changes);
      if (turn !== this.#turn) return;
      this.preview = preview;
      this.forecastAgain();
      this.readClocks();
    }, false);
    await this.#looking;
  }

  /** @param {() => Promise<void>} work @param {boolean} [busy] */
  async #guarded(work, busy = true) {
    if (busy) {
      this.busy = true;
      this.failure = '';
      this.#say();
    }
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 412) await this.#meet();
      else {
        this.wrong = error.fields;
        this.failure = error.message;
      }
    }
    if (busy) this.busy = false;
    this.#say();
  }

  /** Somebody else saved. Their hours are read, and what both changed is asked about. */
  async #meet() {
    const before = this.hours;
    await this.#read();
    if (!before || !this.hours) return;
    this.conflict = inConflict(this.changes, before, this.hours);
    this.othersSaved = this.changes.length > 0;
    this.undo = [];
    this.#changed();
  }

  #say() {
    this.dispatchEvent(new Event('change'));
  }
}
