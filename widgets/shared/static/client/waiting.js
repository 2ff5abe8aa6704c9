/**
 * Callers that wait for commands.
 *
 * @import { Command, Ok, Refusal } from './types.js'
 * @typedef {{promise: Promise<Ok>, resolve: (ok: Ok) => void, reject: (error: DeskError) => void}} Waiter
 */

import { DeskError, discarded, noLine } from './errors.js';

/** @returns {Waiter} whose refusal may go unheard */
function waiter() {
  /** @type {any} */
  let settle;
  /** @type {Promise<Ok>} */
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => {});
  return { promise, ...settle };
}

/** Callers that wait for outbox entries. @extends {Map<string, Waiter>} by id */
export class Waiters extends Map {
  /** @param {string} id */
  of(id) {
    const found = this.get(id) ?? waiter();
    this.set(id, found);
    return found.promise;
  }

  /** @param {string} id @param {Ok|null} ok @param {Refusal} [refusal] for lack of an `ok` */
  settle(id, ok, refusal = discarded()) {
    const found = this.get(id);
    this.delete(id);
    if (ok) found?.resolve(ok);
    else found?.reject(new DeskError(refusal));
  }
}

/** Commands that are not kept over reloads. @extends {Map<string, Waiter & {command: Command, now: boolean}>} by id */
export class Pending extends Map {
  /** @param {string} id @param {Command} command @param {boolean} now it cannot wait for the line */
  add(id, command, now) {
    const pending = { ...waiter(), command, now };
    this.set(id, pending);
    return pending.promise;
  }

  /** Refuses commands that cannot wait for a connection. @param {boolean} [all] */
  refuse(all) {
    for (const [id, { now, reject }] of this) {
      if (!all && !now) continue;
      this.delete(id);
      reject(new DeskError(noLine()));
    }
  }
}
