/**
 * The form that closes a chat, or codes the ticket of one that ended: what was chosen, what is found, what is refused.
 * It draws nothing.
 *
 * @import { Code } from '../shared/types.js'
 * @import { Section } from './code-sections.js'
 * @import { Choice, Values } from './codes.js'
 */

import { sections } from './code-sections.js';
import { fieldsOf, takesCode } from './codes.js';
import { tagsIn } from './triage.js';
import { TRAINS } from './training-codes.js';

/** Fields that stand in the part that is closed at first. */
const DETAILS = ['subject', 'product', 'team', 'assignee', 'priority', 'add_tags'];

export class CloseForm {
  search = '';
  /** Faults, by field. @type {Record<string, string>} */
  wrong = {};
  /** A fault that belongs to no field. */
  message = '';

  /** @param {{codes: Code[], statuses: string[], values: Partial<Values>, likely: string[], usedLast: string|null, reachable: boolean}} given */
  constructor({ codes, statuses, values, likely, usedLast, reachable }) {
    this.codes = codes;
    this.statuses = statuses;
    this.likely = likely;
    this.usedLast = usedLast;
    this.reachable = reachable;
    /** @type {Values} */
    this.values = {
      status: 'solved',
      resolution: '',
      duplicate_of: '',
      workaround: '',
      product: '',
      subject: '',
      team: '',
      assignee: '',
      note: '',
      priority: '',
      add_tags: '',
      ...values,
    };
  }

  get takesCode() {
    return takesCode(this.values.status);
  }

  /** @returns {Section[]} */
  get sections() {
    const { status, product } = this.values;
    return sections(this.codes, { status, product, search: this.search, likely: this.likely });
  }

  /** How many codes there are at this status. */
  get all() {
    const { status, product } = this.values;
    return sections(this.codes, { status, product }).reduce((sum, { codes }) => sum + codes.length, 0);
  }

  /** The codes in the order on the screen that may be chosen. @returns {Choice[]} */
  get #open() {
    return this.sections.flatMap(({ codes }) => codes).filter(({ refused }) => !refused);
  }

  /** The likely codes that may be chosen, in the order of their keys. */
  get places() {
    return this.search ? [] : this.#open.slice(0, this.likely.length).filter(({ key }) => this.likely.includes(key));
  }

  /** True if the form has the field now. @param {string} name */
  has(name) {
    if (name === 'workaround') return this.values.status === 'fixed_pending_rca';
    if (name === 'resolution') return this.takesCode;
    if (name === 'duplicate_of') return this.takesCode && this.values.resolution === 'duplicate';
    if (name.startsWith('custom_fields.')) return true;
    if (name === 'training') return this.values.status === 'solved' && TRAINS.includes(this.values.resolution);
    return name in this.values;
  }

  /** True if something is wrong in the part that may be closed. */
  get wrongInDetails() {
    return DETAILS.some((name) => this.wrong[name]);
  }

  /** True if this status cannot be chosen. @param {string} key */
  refuses(key) {
    return key === 'awaiting_reply' && !this.reachable;
  }

  /** @param {Partial<Values>} change */
  set(change) {
    Object.assign(this.values, change);
    const shapes = Object.keys(change).some((name) => ['status', 'product', 'team', 'resolution'].includes(name));
    if (shapes) this.refuse({});
    for (const name of Object.keys(change)) delete this.wrong[name];
    const { resolution } = this.values;
    const all = sections(this.codes, { status: this.values.status, product: this.values.product });
    const still = all.flatMap(({ codes }) => codes).find(({ key }) => key === resolution);
    if (this.takesCode && (!still || still.refused)) this.values.resolution = '';
  }

  /** @param {number} place from 1 @returns {boolean} whether there is such a status */
  choose(place) {
    const key = this.statuses[place - 1];
    if (!key || this.refuses(key)) return false;
    this.set({ status: key });
    return true;
  }

  /** Finds codes; the best match is chosen. @param {string} text */
  seek(text) {
    this.search = text;
    const [first] = this.#open;
    this.set({ resolution: text.trim() ? (first?.key ?? '') : '' });
  }

  /** Chooses the next code, or the one before. @param {1|-1} step */
  move(step) {
    const keys = this.#open.map(({ key }) => key);
    if (!keys.length) return;
    const at = keys.indexOf(this.values.resolution);
    const next = at < 0 ? (step > 0 ? 0 : keys.length - 1) : (at + step + keys.length) % keys.length;
    this.set({ resolution: keys[next] });
  }

  /** Chooses a likely code. @param {number} place from 1 @returns {boolean} whether there is one */
  take(place) {
    const code = this.places[place - 1];
    if (code) this.set({ resolution: code.key });
    return Boolean(code);
  }

  /** @param {Record<string, string>} wrong @param {string} [message] shown where no field says it */
  refuse(wrong, message = '') {
    // Tags are sent as a field of their own.
    const { tags, ...others } = wrong;
    this.wrong = tags ? { ...others, add_tags: tags } : others;
    const beside = Object.keys(this.wrong).some((name) => this.has(name));
    this.message = beside ? '' : ([message, ...Object.values(wrong)].find(Boolean) ?? '');
  }

  /** Priority and tags for the ticket, as a macro has them. */
  get sorting() {
    const { priority, add_tags: tags } = this.values;
    return { priority: priority || null, add_tags: tagsIn(tags ?? '') };
  }

  /** The fields to send, or null if something is missing, which is then said. @param {Record<string, string>} [lacks] what else is missing */
  fields(lacks = {}) {
    const { fields, wrong: own } = fieldsOf(this.values);
    const wrong = { ...own, ...lacks };
    this.refuse(wrong);
    return Object.keys(wrong).length ? null : fields;
  }
}
