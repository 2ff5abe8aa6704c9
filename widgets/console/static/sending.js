/**
 * Keeps an idempotency key beside a draft until the result is known, so that sending again after a reload makes no
 * duplicate.
 *
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Refused } from '../shared/http.js'
 */

import { idsBy } from '../shared/client/ids.js';

/** @type {() => string} */
export const newKey = idsBy(() => Date.now());

/** @param {string} draft */
const nameOf = (draft) => `${draft}.key`;

export class Sending {
  /** @param {Drafts} drafts */
  constructor(drafts) {
    this.drafts = drafts;
  }

  /** The key of this exact draft. @param {string} draft */
  key(draft) {
    const key = this.drafts.get(nameOf(draft)) || newKey();
    this.drafts.set(nameOf(draft), key);
    return key;
  }

  /** The result of this key is known; or, without a key, the draft has changed. @param {string} draft @param {string} [key] */
  settled(draft, key) {
    if (key === undefined || this.drafts.get(nameOf(draft)) === key) this.drafts.set(nameOf(draft), '');
  }
}

/** The reason; if it may have been stored anyway, also what a second press does. @param {Refused} refused */
export const whyNot = ({ message, status }) =>
  status === 0 || status >= 500
    ? `${message} It may have been saved anyway. You can try again: it won’t be sent twice.`
    : message;
