/**
 * A person's account: failed sign-ins, devices, password, second factor. It draws nothing; it reports `change`.
 *
 * @import { Me } from '../shared/types.js'
 * @typedef {{id: string, current: boolean, created_at: string, last_seen_at: string, expires_at: string, user_agent: string|null, network: string|null}} Device
 * @typedef {{count: number, since: string, last_at: string, last_network: string|null}} Failures
 * @typedef {{secret: string, uri: string, qr: string}} Secret
 * @typedef {{message: string, field?: string}} Wrong `field`: the id of the field with the fault
 */

import { Refused } from '../shared/http.js';
import { isTold } from './session-words.js';

/** Loading that takes longer shows the shape of the list. */
const SHAPE_AFTER_MS = 300;
const INCORRECT = 'That password is incorrect. Try again.';

export class AccountWork extends EventTarget {
  /** @type {Device[]} */
  devices = [];
  /** Why the devices could not be loaded. */
  devicesWrong = '';
  /** The person has a password. */
  password = true;
  /** Loading the devices takes a while. */
  slow = false;
  /** @type {Failures|null} */
  failures = null;
  /** @type {'off'|'begun'|'on'|null} null until it is known */
  factor = null;
  /** Why the state of the second factor could not be loaded. */
  factorWrong = '';
  /** For the authenticator app, while it is being set up. @type {Secret|null} */
  secret = null;
  /** Recovery codes, while they are shown. @type {string[]|null} */
  codes = null;
  /** Number of unused recovery codes. @type {number|null} null if there are none to renew */
  codesLeft = null;

  /** @param {{ask: typeof import('../shared/http.js').ask, me: Pick<Me, 'email'> & {limited?: boolean, home?: string}, signedOut: () => void}} given */
  constructor({ ask, me, signedOut }) {
    super();
    this.ask = ask;
    this.me = me;
    this.signedOut = signedOut;
  }

  async load() {
    await Promise.all([this.loadDevices(), this.#loadMe()]);
  }

  async #loadMe() {
    try {
      const { data } = await this.ask('GET', '/api/me');
      this.failures = data.failed_sign_ins;
      this.factor = data.totp ? 'on' : 'off';
      this.codesLeft = data.recovery_codes;
    } catch (error) {
      this.factorWrong = this.#refused(error).message;
    }
    this.#changed();
  }

  async loadDevices() {
    const shape = setTimeout(() => {
      this.slow = true;
      this.#changed();
    }, SHAPE_AFTER_MS);
    try {
      const { data } = await this.ask('GET', '/api/me/sessions');
      this.devices = data.sessions;
      this.devicesWrong = '';
    } catch (error) {
      this.devicesWrong = this.#refused(error).message;
    }
    clearTimeout(shape);
    this.slow = false;
    this.#changed();
  }

  /** @param {boolean} has */
  hasPassword(has) {
    if (this.password === has) return;
    this.password = has;
    this.#changed();
  }

  /** @returns {Promise<Wrong|null>} */
  async forgetFailures() {
    return this.#try(async () => {
      await this.ask('DELETE', '/api/me/failed-sign-ins');
      this.failures = null;
    });
  }

  /** @param {string} device @param {string} password @returns {Promise<Wrong|null>} */
  async signOut(device, password) {
    if (this.password && !password) return { message: 'Enter your password.', field: 'out-password' };
    const wrong = await this.#try(
      () =>
        this.ask('DELETE', `/api/me/sessions/${encodeURIComponent(device)}`, { body: password ? { password } : {} }),
      ({ status, fields }) =>
        status === 404
          ? null
          : status === 401 && !fields.sign_in
            ? { message: INCORRECT, field: 'out-password' }
            : undefined,
    );
    if (!wrong) await this.loadDevices();
    return wrong;
  }

  /** @param {string} password @param {string} chosen @returns {Promise<Wrong|null>} */
  async changePassword(password, chosen) {
    if (!password) return { message: 'Enter your current password.', field: 'password' };
    if (!chosen) return { message: 'Enter a new password.', field: 'new_password' };
    const wrong = await this.#try(
      () => this.ask('POST', '/api/me/password', { body: { password, new_password: chosen } }),
      ({ status, fields }) =>
        fields.new_password
          ? { message: fields.new_password, field: 'new_password' }
          : status === 401
            ? { message: INCORRECT, field: 'password' }
            : undefined,
    );
    if (!wrong) void this.loadDevices();
    return wrong;
  }

  /** The next step of the second factor: set up, turn on, turn off. @param {string} password @param {string} totp @returns {Promise<Wrong|null>} */
  async step(password, totp) {
    const { factor } = this;
    if (factor !== 'begun' && !password) return { message: 'Enter your password.', field: 'totp-password' };
    const fits = factor === 'on' ? /^(?:\d{6}|[a-z0-9-]{16,19})$/iu : /^\d{6}$/u;
    if (factor !== 'off' && !fits.test(totp))
      return { message: 'Enter the six-digit code from your app.', field: 'totp-code' };
    return this.#try(
      () =>
        factor === 'off' ? this.#begin(password) : factor === 'begun' ? this.#confirm(totp) : this.#end(password, totp),
      ({ status, fields }) =>
        fields.totp
          ? { message: fields.totp, field: 'totp-code' }
          : status === 401
            ? { message: INCORRECT, field: 'totp-password' }
            : undefined,
    );
  }

  /** @param {string} password */
  async #begin(password) {
    const { data } = await this.ask('POST', '/api/me/totp', { body: { password } });
    this.secret = data;
    this.factor = 'begun';
  }

  /** @param {string} totp */
  async #confirm(totp) {
    const { data } = await this.ask('POST', '/api/me/totp/confirm', { body: { totp } });
    this.factor = 'on';
    this.secret = null;
    this.codes = data.recovery_codes;
    void this.loadDevices();
  }

  /** @param {string} password @param {string} totp */
  async #end(password, totp) {
    await this.ask('POST', '/api/me/totp/off', { body: { password, totp } });
    this.factor = 'off';
    this.codesLeft = null;
  }

  /** @param {string} password @returns {Promise<Wrong|null>} */
  async renewCodes(password) {
    if (!password) return { message: 'Enter your password.', field: 'codes-password' };
    return this.#try(
      async () => {
        const { data } = await this.ask('POST', '/api/me/recovery-codes', { body: { password } });
        this.codes = data.recovery_codes;
      },
      ({ status }) => (status === 401 ? { message: INCORRECT, field: 'codes-password' } : undefined),
    );
  }

  /** The person has saved the recovery codes. */
  codesKept() {
    this.codesLeft = this.codes?.length ?? null;
    this.codes = null;
    this.#changed();
  }

  /**
   * @param {() => Promise<unknown>} act
   * @param {(refused: Refused) => Wrong|null|undefined} [wrongOf] null: it is no fault; undefined: the message says it all
   * @returns {Promise<Wrong|null>}
   */
  async #try(act, wrongOf = () => undefined) {
    try {
      await act();
    } catch (error) {
      const refused = this.#refused(error);
      const wrong = isTold(refused) ? undefined : wrongOf(refused);
      return wrong === undefined ? { message: refused.message } : wrong;
    }
    this.#changed();
    return null;
  }

  /** @param {unknown} error @returns {Refused} */
  #refused(error) {
    if (!(error instanceof Refused)) throw error;
    const { status, code, fields, message } = error;
    if (status === 401 && !isTold(error) && !fields.totp && code === 'unauthorized' && /sign in/iu.test(message))
      this.signedOut();
    return error;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
