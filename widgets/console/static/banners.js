/**
 * Messages that concern the whole console, one line each: connection lost, connection back, messages not stored, status
 * not changed, set to away. Screen readers hear each once, without the countdown.
 */

import { ANOTHER } from '../shared/client/connection.js';
import { isTold, connectionWords, unstored } from '../shared/connection-words.js';
import { stamp } from '../shared/days.js';
import { span } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { Part } from './work-part.js';

const REDRAW_MS = 500;
const WORDS = { lost: 'Connection lost.', safe: 'What you write is kept.' };
/** Signed out, or the session was ended. */
const SIGN_IN = new Set([4001, 4010]);

class DeskBanners extends Part {
  /** @type {number|null} ms */
  #downSince = Date.now();

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    setInterval(() => this.requestUpdate(), REDRAW_MS);
  }

  /** @override */
  render() {
    return html`<div class="banners"><div role="status">${this.#down()}</div><div role="status">${this.#back()}</div><div role="status">${this.#away()}${this.#today()}</div><div role="alert">${this.#unstored()}${this.#refused()}</div><system-banner></system-banner><unsent-list .work=${this.work}></unsent-list></div>`;
  }

  #down() {
    const now = this.work.now();
    const { state } = this.work.desk;
    const said = connectionWords(state, WORDS, now);
    this.#downSince = said ? (this.#downSince ?? now) : null;
    if (!said || !isTold(state, this.#downSince ?? now, now)) return nothing;
    if (state.code === ANOTHER)
      return html`<p class="banner danger">${icon('user-x')}<span><b>Someone else signed in here.</b> Reload the page. Your unsent text is kept until you sign in again.</span><button type="button" class="textbtn" @click=${() => location.reload()}>Reload</button></p>`;
    const signIn = SIGN_IN.has(state.code ?? 0);
    return html`<p class="banner">${icon('wifi-off')}<span><b>${said.strong}</b><span aria-hidden="true">${said.again && ` ${said.again}`}</span> ${said.safe}</span>${
      signIn
        ? html`<a class="textbtn" href=${`/sign-in?next=${encodeURIComponent('/console')}`} target="_blank">Sign in</a>`
        : state.line === 'waiting'
          ? html`<button type="button" class="textbtn" @click=${() => this.work.desk.start()}>Now</button>`
          : nothing
    }</p>`;
  }

  #back() {
    const { back } = this.work.outage;
    if (!back) return nothing;
    const [first] = back.chats;
    const show = () => {
      this.work.enter(first);
      this.work.outage.seen();
    };
    return html`<p class="banner ok">${icon('wifi')}<span><b>Back after ${span(back.gone)}.</b> ${back.words}</span>${first ? html`<button type="button" class="textbtn" @click=${show}>Show</button>` : nothing}</p>`;
  }

  #away() {
    const { live } = this.work;
    const { madeAway } = this.work.presence;
    if (!madeAway || !live) return nothing;
    return html`<p class="banner">${icon('moon')}<span><b>You’ve been away since ${stamp(madeAway.since, this.work.now())}.</b> ${madeAway.reason}. You won’t get new chats.</span><button type="button" class="textbtn" @click=${() => this.work.presence.set('available')}>Go available</button></p>`;
  }

  #today() {
    const { changedBy, state } = this.work.presence;
    if (!changedBy || !state || !this.work.live) return nothing;
    const teams = [...this.work.chats.teams.values()].map(({ name }) => name).join(', ');
    return html`<p class="banner">${icon('clock')}<span><b>${changedBy} changed your work for today.</b> You take ${state.capacity} ${state.capacity === 1 ? 'chat' : 'chats'} at once, for ${teams}.</span><button type="button" class="textbtn" @click=${() => this.work.presence.acknowledge()}>OK</button></p>`;
  }

  #unstored() {
    if (!unstored(this.work.desk.outbox()).length) return nothing;
    return html`<p class="banner danger">${icon('database')}<span><b>We can’t save messages right now.</b> Nothing is lost: yours are kept and sent once saving works again.</span></p>`;
  }

  #refused() {
    const { refusal } = this.work.presence;
    return refusal
      ? html`<p class="banner danger">${icon('circle-alert')}<span><b>Your status wasn’t changed.</b> ${refusal}</span></p>`
      : nothing;
  }
}

customElements.define('desk-banners', DeskBanners);
