/** A WebSocket whose other end is the test. */

/** @typedef {Record<string, any>} Frame */

export class FakeSocket {
  /** @type {FakeSocket[]} in the order in which they were opened */
  static opened = [];
  /** @type {(() => void)|null} */ onopen = null;
  /** @type {((event: {data: unknown}) => void)|null} */ onmessage = null;
  /** @type {((event: {code: number}) => void)|null} */ onclose = null;
  /** @type {(() => void)|null} */ onerror = null;
  /** @type {Frame[]} what was sent */
  sent = [];
  closed = false;

  /** @param {string} url @param {string[]} protocols */
  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
    FakeSocket.opened.push(this);
  }

  static get last() {
    return /** @type {FakeSocket} */ (FakeSocket.opened.at(-1));
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  // -- the other end -------------------------------------------------------------------------

  /** @param {Frame} frame */
  say(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** Open, and answer `hello`. @param {Frame} [ok] */
  greet(ok = {}) {
    this.onopen?.();
    this.say({ type: 'ok', id: this.sent[0].id, epoch: 'e1', ...ok });
  }

  /** @param {number} code */
  hangUp(code) {
    this.onclose?.({ code });
  }
}
