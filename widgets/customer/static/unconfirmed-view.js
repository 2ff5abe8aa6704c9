/** The desk could not confirm who the customer is: reload the page or, where a team allows it, go on as a guest. */

import './one-chunk.js';
import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { laterStyle } from './later-style.js';
import { WidgetPart } from './widget-part.js';

export class UnconfirmedView extends WidgetPart {
  /** A team here also chats with guests. */
  #guests = false;

  /** @override */
  get first() {
    return this.one('.primary');
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    // Without it the view is plain, and complete.
    laterStyle().catch(() => {});
    this.#askTeams();
  }

  // Before `hello` the hours are the only source. Without an answer there is only the way that always works.
  async #askTeams() {
    const { given } = this.chat.beginning.choosing;
    try {
      const { data } = await ask('GET', '/api/hours');
      /** @type {import('../shared/types.js').Team[]} */
      const teams = data.teams;
      const mine = teams.filter(({ team }) => team === given);
      this.#guests = (mine.length ? mine : teams).some(({ identity }) => identity !== 'required');
    } catch {
      this.#guests = false;
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { confirming } = this.chat;
    return html`<div class="pad unsure">
      ${icon('circle-alert', 'lg')}
      <p class="bigline" role="alert">${t('We couldn’t confirm who you are')}</p>
      ${confirming.failed === 'expired' ? html`<p>${this.#expired()}</p>` : nothing}
      <p>${t('Your conversations are safe. They appear again once you’re confirmed.')}</p>
      <button type="button" class="btn primary full" @click=${() => confirming.reload()}>${t('Reload this page')}</button>
      ${this.#guests ? this.#asGuest() : nothing}
    </div>`;
  }

  #expired() {
    const { site } = this.chat.host;
    return site
      ? t(
          '{site} signs you in here, and that sign-in has expired. This happens when a page stays open for a long time.',
          {
            site,
          },
        )
      : t('Your sign-in has expired. This happens when a page stays open for a long time.');
  }

  #asGuest() {
    return html`<button type="button" class="btn full" @click=${() => this.chat.confirming.goOnAsGuest()}>${t('Chat as a guest')}</button>
      <p class="after">${t('As a guest you start fresh: your earlier conversations stay hidden.')}</p>`;
  }
}

customElements.define('chat-unconfirmed', UnconfirmedView);
