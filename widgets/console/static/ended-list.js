/** Below the agent's chats: those that ended and need a code, and the ones that they finished lately. */

/** @import { Finished } from './after-close.js' */
/** @import { Uncoded } from './uncoded.js' */

import { roughly, timer } from '../shared/moments.js';
import { icon, picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { UncodedChats } from './uncoded.js';
import { Part } from './work-part.js';

/** How a chat ended, by reason. @type {Record<string, string>} */
const ENDED = { ended: 'Ended it', silent: 'Left, no word' };

class EndedChats extends Part {
  /** Chats that were listed before. @type {Set<string>} */
  #known = new Set();
  /** What screen readers are told: who has left without a code. */
  #said = '';

  /** @override */
  willUpdate() {
    const { all } = this.work.endings.uncoded;
    const fresh = all.filter(({ chat, reason }) => reason && !this.#known.has(chat));
    if (fresh.length) this.#said = `Needs a code: ${fresh.map(({ customer }) => customer.name ?? NAMELESS).join(', ')}`;
    else if (!all.length) this.#said = '';
    this.#known = new Set(all.map(({ chat }) => chat));
  }

  /** @override */
  render() {
    const { endings, chats } = this.work;
    const { uncoded } = endings;
    const { all } = uncoded;
    const listed = new Set(all.map(({ chat }) => chat));
    const recent = endings.finished.recent.filter(
      ({ chat }) => !listed.has(chat) && !(chats.has(chat) && chats.of(chat).held),
    );
    return html`${
      all.length
        ? html`<nav aria-labelledby="uncoded-title"><h3 id="uncoded-title"><span>Needs a code <span class="num">${all.length}</span></span><button type="button" class="textbtn" @click=${() => this.work.endings.codeAll()}>Code all</button></h3>
          <ul>${repeat(
            all,
            ({ chat }) => chat,
            (one) => html`<li>${this.#uncoded(one)}</li>`,
          )}</ul>${this.#wrapping ? html`<p class="seatline">${icon('clock')}<span>Wrap-up holds your seat. The chat stays here until it has a code.</span></p>` : nothing}</nav>`
        : nothing
    }${
      recent.length
        ? html`<section aria-labelledby="recent-title"><h3 id="recent-title">Recent</h3><ul class="recent">${repeat(
            recent,
            ({ chat }) => chat,
            (one) => html`<li>${this.#recent(one)}</li>`,
          )}</ul></section>`
        : nothing
    }<p class="sr" role="status">${this.#said}</p>`;
  }

  get #wrapping() {
    const { endings, chats } = this.work;
    const now = this.work.now();
    return endings.uncoded.all.some((one) => UncodedChats.wrapUp(one, chats.teams, now) > 0);
  }

  /** @param {Uncoded} one */
  #uncoded(one) {
    const { chat, customer, number, reason, at } = one;
    const now = this.work.now();
    const left = UncodedChats.wrapUp(one, this.work.chats.teams, now);
    return html`<a class=${left ? 'row due over-with' : 'row over-with'} href=${`#chat=${chat}`} aria-current=${chat === this.work.wanted ? 'true' : nothing} @click=${(/** @type {MouseEvent} */ event) => this.#enter(event, chat)}>
      ${picture(customer)}
      <span class="l1"><span class="name cut" dir="auto">${customer.name ?? NAMELESS}</span></span>
      <span class="l2"><span class="last cut">${ENDED[reason] ?? 'Ended'} · #${number}</span><span class="timer num">${left ? html`${icon('timer')}<span>${timer(left)} to wrap up</span>` : html`<span>${roughly(Math.max(0, now - at))}</span>`}</span></span>
    </a>`;
  }

  /** @param {Finished} one */
  #recent({ chat, name, words, ticket }) {
    const inside = html`<span class="name cut" dir="auto">${name}</span><span class="last">${words}</span>`;
    if (ticket !== null) return html`<a href="/tickets/${ticket}">${inside}</a>`;
    return html`<a href=${`#chat=${chat}`} @click=${(/** @type {MouseEvent} */ event) => this.#enter(event, chat)}>${inside}</a>`;
  }

  /** Still a link, so that it can be opened in a new tab. @param {MouseEvent} event @param {string} chat */
  #enter(event, chat) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.work.enter(chat);
  }
}

customElements.define('ended-chats', EndedChats);
