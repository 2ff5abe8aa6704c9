/** What this browser knows about its customer: token, account, proof. */

import { accountOf, proofOf } from './identity.js';
import { endToken } from './sign-out.js';

/** @import { Env, Ok, Slot } from './types.js' */
/** @import { Kept } from './storage.js' */

export class Customer {
  /** @type {string|null} the proof that was given last, in whichever tab */
  identity = null;
  /** The storage slot of the token. @type {Slot} */
  slot = 'token';
  /** @type {import('./identity.js').Proof|null} who the desk knows the customer to be */
  proof = null;

  /** @param {Kept} kept */
  constructor(kept) {
    this.kept = kept;
  }

  /** The visitor's token, which the HTTP interface takes as a bearer token. @returns {string|null} null before the first `hello` */
  get token() {
    return this.kept.get(this.slot);
  }

  /** This browser belongs to an account: what is stored for the account opens with a proof. */
  get isAccounts() {
    return this.kept.get('account') !== null;
  }

  /** This browser belongs to an account that nobody has proven: what is stored for the account waits. */
  get guest() {
    return this.slot === 'guest';
  }

  /** @param {string|null} identity @returns {boolean} whether it is another account than the one that this browser knew */
  another(identity) {
    const known = this.kept.get('account');
    return known !== null && identity !== null && known !== accountOf(identity);
  }

  /** @param {string|null} identity null: they go on as a guest */
  identified(identity) {
    const account = identity && accountOf(identity);
    if (account) this.kept.set('account', account);
    this.identity = identity;
  }

  /** @param {Ok} ok @param {string|null} identity by which the desk knows who it is */
  greeted(ok, identity) {
    this.proof = identity === null ? null : proofOf(identity);
    if (typeof ok.token === 'string') this.kept.set(this.slot, ok.token);
  }

  /** Revokes the tokens stored here. @param {Env} env */
  endTokens(env) {
    for (const slot of ['token', 'guest']) {
      const token = this.kept.get(slot);
      if (token) endToken(token, env);
    }
  }

  forgotten() {
    for (const name of this.kept.names('')) this.kept.remove(name);
    this.identity = null;
    this.proof = null;
    this.slot = 'token';
  }
}
