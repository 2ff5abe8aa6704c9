/** The incident in incident mode, or the end of one, above the console. It is loaded after everything else, and read again every minute. */

import { Refused, ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import { inBanner, isOver, standing } from './open-incidents.js';

const AGAIN_MS = 60_000;

class SystemBanner extends HTMLElement {
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;

  connectedCallback() {
    this.setAttribute('role', 'status');
    void this.read();
    this.#timer = setInterval(() => void this.read(), AGAIN_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  async read() {
    try {
      const { data } = await ask('GET', '/api/incidents?state=in_banner');
      this.#draw(data.incidents);
    } catch (why) {
      // What was read last stays.
      if (!(why instanceof Refused)) throw why;
    }
  }

  /** @param {import('./open-incidents.js').Incident[]} incidents */
  #draw(incidents) {
    const found = inBanner(incidents);
    const over = found && isOver(found.newest);
    render(
      found
        ? html`<p class="banner ${over ? 'ok' : ''}">${icon(over ? 'circle-check' : 'gauge')}<span><b dir="auto">${found.newest.title}.</b> ${standing(found.newest, found.others)}</span><a class="textbtn" href="/status#incident-${found.newest.id}" target="_blank" rel="noopener">${over ? 'What happened' : 'What we know'}</a></p>`
        : nothing,
      this,
    );
  }
}

customElements.define('system-banner', SystemBanner);
