/**
 * A signed identity that the desk refuses: the page around is asked for another one, its makers are told why, and the
 * customer gets a view of its own. It never becomes a silent guest.
 *
 * @import { DeskError } from '../shared/client/errors.js'
 * @import { Chat } from './chat.js'
 */

/** Time for the page around to give another identity before the customer is told. */
const RENEW_MS = 700;

export class Confirming {
  /** The kind of fault, as the desk names it, while the customer has to be told. @type {string|null} */
  failed = null;
  /** The refused identity in place of which another one was asked for. @type {string|null} */
  #asked = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** The page around was told of this. */
  #told = '';

  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    chat.desk.on('hello', () => this.#accepted());
    chat.desk.on('error', (error) => {
      if (error.code === 'unauthorized') this.#refused(error);
    });
    chat.desk.on('forgotten', () => this.#accepted());
  }

  #accepted() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.failed = null;
  }

  /** @param {DeskError} error */
  #refused(error) {
    // The last proof still holds on this connection. The next one needs another.
    const holds = this.chat.desk.state.line === 'live' && this.chat.desk.customer.proof !== null;
    const fail = () => {
      this.#tellPage(error.message);
      if (holds) return;
      this.failed = error.refusal.fault ?? 'form';
      this.chat.changed();
    };
    const { identity } = this.chat.desk.customer;
    if (this.#asked !== null) {
      // The new one is refused too. The old one may be tried again while the page around is still asked.
      if (this.#asked !== identity) fail();
      return;
    }
    this.#asked = identity ?? '';
    this.#timer = setTimeout(fail, RENEW_MS);
    this.chat.host.tell('identify');
  }

  /** @param {string} what for its makers, in English */
  #tellPage(what) {
    if (this.#told !== what) this.chat.host.tell('wrong', { what });
    this.#told = what;
  }

  /** Loads the page around anew, which signs another identity. */
  reload() {
    if (this.chat.host.framed) this.chat.host.tell('reload');
    else location.reload();
  }

  /** Goes on without an identity. What belongs to the account stays hidden until it is confirmed. */
  goOnAsGuest() {
    this.#accepted();
    this.chat.desk.identify(null);
    this.chat.changed();
  }
}
