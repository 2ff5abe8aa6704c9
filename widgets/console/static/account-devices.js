/** The devices on which a person is signed in, with a form to sign one out. */

import { stamp } from '../shared/days.js';
import { icon, moment } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { AccountPart } from './account-part.js';
import { browserOf } from './browser.js';

/** @import { Device } from './account-work.js' */

/** @param {Device} device */
const nameOf = ({ user_agent: agent }) => (agent && browserOf(agent)) || 'Unknown browser';

class AccountDevices extends AccountPart {
  /** The device whose sign-out asks for the password. @type {string|null} */
  #asked = null;

  /** @override */
  render() {
    return html`<section aria-labelledby="devices-title">
      <h2 id="devices-title">Where you’re signed in</h2>
      <p class="soft">${this.work.password ? 'You need your password to sign out a device.' : 'You can sign out a device within ten minutes of signing in here.'} It’s signed out within two seconds, and your chats stay yours.</p>
      <div id="devices-rest" role="status">${this.#rest()}</div>
      <ul class="devices" id="devices">${repeat(
        this.work.devices,
        ({ id }) => id,
        (device) => this.#device(device),
      )}</ul>
      ${this.fault('devices-wrong')}
    </section>`;
  }

  #rest() {
    const { slow, devicesWrong } = this.work;
    if (slow)
      return html`<span class="sr">Loading your devices</span>${[0, 1].map(() => html`<i class="bone" aria-hidden="true"></i>`)}`;
    if (!devicesWrong) return nothing;
    return html`<p>${devicesWrong}</p><button type="button" class="btn" @click=${() => this.work.loadDevices()}>Try again</button>`;
  }

  /** @param {Device} device */
  #device(device) {
    const { id, current, last_seen_at: seen, network, user_agent: agent } = device;
    const phone = /mobile|android|iphone/iu.test(agent ?? '');
    const asked = this.#asked === id;
    return html`<li>
      ${icon(phone ? 'smartphone' : 'monitor', 'lg')}
      <span class="what"><b>${nameOf(device)}</b><small>${current ? 'Active now' : html`Last used ${moment(seen, stamp(seen, Date.now()))}`}${network ? `, signed in from ${network}` : ''}</small></span>
      ${
        current
          ? html`<span class="tag ok">${icon('check')}This device</span>`
          : html`<button type="button" class="btn" aria-expanded=${asked ? 'true' : 'false'} data-device=${id} @click=${() => this.#ask(id)}>Sign out<span class="sr"> ${nameOf(device)}</span></button>`
      }
      ${asked ? this.#form(device) : nothing}
    </li>`;
  }

  /** @param {Device} device */
  #form(device) {
    return html`<form id="out-form" class="out" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#signOut(event, device.id)}>
      <input type="email" autocomplete="username" value=${this.work.me.email} hidden>
      ${this.work.password ? html`<label><span class="label">Your password, to confirm</span><input class="field" id="out-password" type="password" autocomplete="current-password" aria-describedby="devices-wrong" aria-invalid=${this.invalid('out-password')}></label>` : nothing}
      <span class="ways"><button class="btn primary" ?disabled=${this.busy}>Sign out ${nameOf(device)}</button><button type="button" class="btn plain" @click=${() => this.#cancel(device.id)}>Cancel</button></span>
    </form>`;
  }

  /** @param {string} device */
  async #ask(device) {
    this.#asked = device;
    this.forgive();
    await this.updateComplete;
    this.one(this.work.password ? '#out-password' : '#out-form button', HTMLElement).focus();
  }

  /** @param {string} device */
  #cancel(device) {
    this.#asked = null;
    this.forgive();
    this.one(`[data-device="${CSS.escape(device)}"]`, HTMLButtonElement).focus();
  }

  /** @param {SubmitEvent} event @param {string} device */
  async #signOut(event, device) {
    event.preventDefault();
    const password = this.work.password ? this.typed('out-password') : '';
    if (!(await this.attempt(() => this.work.signOut(device, password)))) return;
    this.#asked = null;
    this.requestUpdate();
    this.one('#devices-title', HTMLElement).scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('account-devices', AccountDevices);
