/**
 * The inbox in the bar: a link with the number of unread entries. On the page of a ticket, its entries count as read.
 *
 * @import { Frame } from '../shared/client/types.js'
 */

import { pageData, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';

const MOST = 99;
const TICKET = /^\/tickets\/(\d+)$/u;

class InboxBell extends LitElement {
  #count = 0;

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    const { desk } = the('chat-count').work;
    desk.on('news', (/** @type {Frame} */ { type }) => type === 'inbox.changed' && this.#read());
    // News was missed while there was no connection.
    desk.on('hello', () => this.#read());
    document.addEventListener('visibilitychange', () => void this.#seen());
    if (desk.hello) void this.#read();
  }

  async #read() {
    await this.#ask('GET', '/api/inbox/unread');
    await this.#seen();
  }

  /** What is on the screen was read. */
  async #seen() {
    const [, ticket] = TICKET.exec(location.pathname) ?? [];
    if (this.#count && ticket && document.visibilityState === 'visible')
      await this.#ask('POST', '/api/inbox/read', { ticket: Number(ticket) });
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #ask(method, path, body) {
    try {
      this.#count = (await ask(method, path, { body })).data.unread;
      this.requestUpdate();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
    }
  }

  /** @override */
  render() {
    const said = this.#count > MOST ? `${MOST}+` : this.#count;
    return html`<a class="icon-btn alarm-bell inbox-bell" href="/inbox" title="Inbox">${icon('inbox')}<span class="sr">Inbox</span>${this.#count ? html`<span class="count"><span class="sr">, </span>${said}<span class="sr"> unread</span></span>` : nothing}</a>`;
  }
}

customElements.define('inbox-bell', InboxBell);

const { roles = [] } = pageData().me;
if (['agent', 'supervisor'].some((role) => roles.includes(role))) the('keys').before(new InboxBell());
