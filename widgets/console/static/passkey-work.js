/**
 * A person's passkeys: list, add, rename, remove. It draws nothing; it reports `change`.
 *
 * @typedef {{id: string, name: string, created_at: string, last_used_at: string|null}} Passkey
 * @import { Wrong } from './account-work.js'
 */

import { Refused } from '../shared/http.js';
import { faultOf } from '../shared/passkeys.js';
import { isTold } from './session-words.js';

const FAULTS = {
  stopped: 'That was canceled, or took too long. Try again.',
  known: 'This device already has a passkey for your account.',
  failed: 'That didn’t work. Check your connection and try again.',
};

/** The proof of the owner, as the calls take it. @param {string} password @param {string} code */
const proof = (password, code) => ({ ...(password && { password }), ...(code && { totp: code }) });

export class PasskeyWork extends EventTarget {
  /** @type {Passkey[]|null} null until they are loaded */
  passkeys = null;
  /** Why they could not be loaded. */
  loadWrong = '';
  /** Browsers offer passkeys at this address. */
  available = false;
  /** Changes need no password: the person has just signed in. */
  recent = false;
  /** The person has a password. */
  password = true;
  /** A one-time code is asked for beside the password. */
  code = false;

  /** @param {{ask: typeof import('../shared/http.js').ask, create: typeof import('../shared/passkeys.js').createPasskey, supported: boolean, me: {email: string, limited?: boolean}, signedOut: () => void, added: () => void}} given `added`: what follows for the rest of the page */
  constructor({ ask, create, supported, me, signedOut, added }) {
    super();
    this.ask = ask;
    this.create = create;
    this.supported = supported;
    this.me = me;
    this.signedOut = signedOut;
    this.added = added;
  }

  async load() {
    try {
      const { data } = await this.ask('GET', '/api/me/passkeys');
      this.passkeys = data.passkeys;
      this.available = data.available;
      this.recent = data.recent;
      this.password = data.password;
      this.code = data.code;
      this.loadWrong = '';
    } catch (error) {
      this.loadWrong = this.#refused(error).message;
    }
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string} name @param {string} password empty if none was asked for @param {string} [code] @returns {Promise<Wrong|null>} */
  async add(name, password, code = '') {
    if (!name.trim()) return { message: 'Give the passkey a name.', field: 'passkey-name' };
    const missing = this.#missing(password, code, 'passkey-password');
    if (missing) return missing;
    const wrong = await this.#try('passkey-password', 'passkey-name', async () => {
      const { data } = await this.ask('POST', '/api/me/passkeys/options', { body: proof(password, code) });
      const passkey = await this.create(data.options);
      await this.ask('POST', '/api/me/passkeys', { body: { name, passkey } });
    });
    if (!wrong) this.added();
    return wrong;
  }

  /** @param {string} id @param {string} name @returns {Promise<Wrong|null>} */
  async rename(id, name) {
    if (!name.trim()) return { message: 'Give the passkey a name.', field: 'passkey-new-name' };
    return this.#try('', 'passkey-new-name', () => this.ask('PATCH', this.#path(id), { body: { name } }));
  }

  /** @param {string} id @param {string} password empty if none was asked for @param {string} [code] @returns {Promise<Wrong|null>} */
  async remove(id, password, code = '') {
    const missing = this.#missing(password, code, 'passkey-remove-password');
    if (missing) return missing;
    return this.#try('passkey-remove-password', '', () =>
      this.ask('DELETE', this.#path(id), { body: proof(password, code) }),
    );
  }

  /** What the person must still enter. @param {string} password @param {string} code @param {string} field @returns {Wrong|null} */
  #missing(password, code, field) {
    if (this.recent || !this.password) return null;
    if (!password) return { message: 'Enter your password.', field };
    return this.code && !code
      ? { message: 'Also enter the code from your authenticator app.', field: `${field}-code` }
      : null;
  }

  /** @param {string} id */
  #path(id) {
    return `/api/me/passkeys/${encodeURIComponent(id)}`;
  }

  /**
   * @param {string} password id of the field for the password @param {string} name id of the field for the name
   * @param {() => Promise<unknown>} act @returns {Promise<Wrong|null>}
   */
  async #try(password, name, act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) return { message: FAULTS[faultOf(error)] };
      const refused = this.#refused(error);
      const { status, fields, message } = refused;
      if (isTold(refused)) return { message };
      // Removed elsewhere meanwhile: the list that follows says so.
      if (status !== 404) return this.#wrong(status, fields, message, password, name);
    }
    await this.load();
    return null;
  }

  /** @param {number} status @param {Record<string, string>} fields @param {string} message @param {string} password @param {string} name @returns {Wrong} */
  #wrong(status, fields, message, password, name) {
    if (fields.name) return { message: fields.name, field: name };
    if (fields.totp) {
      this.code = true;
      this.dispatchEvent(new Event('change'));
      return { message: fields.totp, field: `${password}-code` };
    }
    if (fields.password) {
      this.recent = false;
      this.dispatchEvent(new Event('change'));
      return { message: 'Enter your password to confirm.', field: password };
    }
    if (status === 401 && !Object.keys(fields).length)
      return { message: 'That password is incorrect. Try again.', field: password };
    return { message };
  }

  /** @param {unknown} error @returns {Refused} */
  #refused(error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401 && !isTold(error) && /^sign in/iu.test(error.message)) this.signedOut();
    return error;
  }
}
