/**
 * A person's single sign-on: link and unlink. It draws nothing; it reports `change`.
 *
 * @typedef {{email: string|null, linked_at: string}} Linked
 * @typedef {{issuer: string|null, linked: Linked|null, password: boolean, code: boolean}} SignOn
 * @import { Wrong } from './account-work.js'
 */

import { Refused } from '../shared/http.js';
import { isTold } from './session-words.js';

const INCORRECT = 'That password is incorrect. Try again.';
/** How linking at the sign-on service failed, by the word in the address. */
const FAILED = new Map([
  ['taken', 'That account of the sign-on service is linked with somebody else here, or you are linked already.'],
  ['denied', 'You didn’t finish signing in there. Try again.'],
  ['failed', 'Single sign-on didn’t work. Try again.'],
]);

export class SignOnWork extends EventTarget {
  /** null until it is known @type {SignOn|null} */
  state = null;
  /** Why the state could not be loaded. */
  loadingWrong = '';
  /** Linking or unlinking is done. */
  done = '';
  /** Why linking failed at the sign-on service. */
  failed = '';

  /** @param {{ask: typeof import('../shared/http.js').ask, me: {email: string}, go: (url: string) => void, came?: string|null}} given `came`: how linking ended */
  constructor({ ask, me, go, came = null }) {
    super();
    this.ask = ask;
    this.me = me;
    this.go = go;
    this.failed = (came && FAILED.get(came)) || '';
    if (came === 'linked') this.done = 'Single sign-on is linked.';
  }

  async load() {
    try {
      this.state = (await this.ask('GET', '/api/me/sign-on')).data;
      this.loadingWrong = '';
    } catch (error) {
      this.loadingWrong = this.#refused(error).message;
    }
    this.#changed();
  }

  /** Goes to the sign-on service. @param {string} password @param {string} [totp] @returns {Promise<Wrong|null>} */
  async link(password, totp = '') {
    return this.#try(password, totp, async (body) => {
      const { data } = await this.ask('POST', '/api/me/sign-on', { body });
      this.go(data.url);
    });
  }

  /** @param {string} password @param {string} [totp] @returns {Promise<Wrong|null>} */
  async unlink(password, totp = '') {
    return this.#try(password, totp, async (body) => {
      await this.ask('DELETE', '/api/me/sign-on', { body });
      this.done = 'Single sign-on is unlinked.';
      await this.load();
    });
  }

  /** @param {string} password @param {string} totp @param {(body: object) => Promise<void>} act @returns {Promise<Wrong|null>} */
  async #try(password, totp, act) {
    this.done = this.failed = '';
    this.#changed();
    if (this.state?.password !== false && !password)
      return { message: 'Enter your password.', field: 'sign-on-password' };
    try {
      await act({ ...(password && { password }), ...(totp && { totp }) });
    } catch (error) {
      const refused = this.#refused(error);
      const { status, fields, message } = refused;
      if (isTold(refused)) return { message };
      if (fields.totp) return { message: fields.totp, field: 'sign-on-password-code' };
      if (fields.sign_in) this.go('/sign-in?next=/account');
      return status === 401 && !fields.sign_in ? { message: INCORRECT, field: 'sign-on-password' } : { message };
    }
    this.#changed();
    return null;
  }

  /** @param {unknown} error @returns {Refused} */
  #refused(error) {
    if (!(error instanceof Refused)) throw error;
    return error;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
