/** The passkeys of a person, with forms to add, rename and remove one. */

import { stamp } from '../shared/days.js';
import { icon, moment } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { AccountForm, codeField } from './account-part.js';
import { browserOf } from './browser.js';

/** @import { Passkey } from './passkey-work.js' */

/** The desk keeps no more of each person. */
const PASSKEYS_MAX = 10;

const signInAgain = html`<p class="soft">You have no password here. To change your passkeys, <a class="link" href="/sign-in?next=/account">sign in again</a>.</p>`;

/** @extends {AccountForm<import('./passkey-work.js').PasskeyWork>} */
class AccountPasskeys extends AccountForm {
  /** The passkey that is being changed. @type {string|null} */
  #open = null;
  #done = '';

  /** @override */
  render() {
    const { passkeys, loadWrong } = this.work;
    return html`<section aria-labelledby="passkeys-title">
      <h2 id="passkeys-title">Passkeys</h2>
      <p class="soft">Sign in with your fingerprint, your face or your device’s PIN, without password and code. A passkey counts as two-step verification.</p>
      <div role="status">${loadWrong ? html`<p>${loadWrong}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button>` : nothing}</div>
      ${
        passkeys?.length
          ? html`<ul class="devices" id="passkeys">${repeat(
              passkeys,
              ({ id }) => id,
              (one) => this.#passkey(one),
            )}</ul>`
          : nothing
      }
      <p class="done" role="status">${this.#done}</p>
      ${passkeys ? this.#adding(passkeys) : nothing}
    </section>`;
  }

  /** @param {Passkey} passkey */
  #passkey({ id, name, created_at: created, last_used_at: used }) {
    const [now, open] = [Date.now(), this.#open === id];
    return html`<li>
      ${icon('key-round', 'lg')}
      <span class="what"><b dir="auto">${name}</b><small>Added ${moment(created, stamp(created, now))}, ${used ? html`last used ${moment(used, stamp(used, now))}` : 'not used yet'}</small></span>
      <button type="button" class="btn" aria-expanded=${open ? 'true' : 'false'} data-passkey=${id} @click=${() => this.#change(open ? null : id)}>Change<span class="sr"> ${name}</span></button>
      ${open ? this.#forms(id, name) : nothing}
    </li>`;
  }

  /** @param {string} id @param {string} name */
  #forms(id, name) {
    const misnamed = this.wrong.field === 'passkey-new-name';
    return html`<form class="out" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#rename(event, id)}>
        <label><span class="label">Name of the passkey</span><input class="field" id="passkey-new-name" maxlength="60" autocomplete="off" .value=${name} aria-describedby="passkey-name-wrong" aria-invalid=${this.invalid('passkey-new-name')}></label>
        ${misnamed ? this.fault('passkey-name-wrong') : nothing}
        <span class="ways"><button class="btn" ?disabled=${this.busy}>Rename</button><button type="button" class="btn plain" @click=${() => this.#change(null)}>Cancel</button></span>
      </form>
      ${this.#mustSignIn ? signInAgain : this.#removal(id, misnamed)}`;
  }

  /** @param {string} id @param {boolean} misnamed */
  #removal(id, misnamed) {
    return html`<form class="out" novalidate @submit=${(/** @type {SubmitEvent} */ event) => this.#remove(event, id)}>
        ${this.#password('passkey-remove-password', 'passkey-change-wrong')}
        <p class="soft">Other devices that used it are signed out.</p>
        ${misnamed ? nothing : this.fault('passkey-change-wrong')}
        <span class="ways"><button class="btn danger" ?disabled=${this.busy}>Remove this passkey</button></span>
      </form>`;
  }

  /** @param {string} id @param {string} fault */
  #password(id, fault) {
    if (this.work.recent) return nothing;
    return html`<input type="email" autocomplete="username" value=${this.work.me.email} hidden>
      <label><span class="label">Your password, to confirm</span><input class="field" id=${id} type="password" autocomplete="current-password" aria-describedby=${fault} aria-invalid=${this.invalid(id)}></label>
      ${this.work.code ? codeField(`${id}-code`, fault, this.invalid(`${id}-code`)) : nothing}`;
  }

  /** The password and the code that were typed, or empty texts if they were not asked for. @param {string} id @returns {[string, string]} */
  #typed(id) {
    const { recent, password, code } = this.work;
    if (recent || !password) return ['', ''];
    return [this.typed(id), code ? this.typed(`${id}-code`).replace(/\s/gu, '') : ''];
  }

  /** True if the person must sign in again first: there is no password to ask for. */
  get #mustSignIn() {
    return !this.work.recent && !this.work.password;
  }

  /** @param {Passkey[]} passkeys */
  #adding(passkeys) {
    const { available, supported, me } = this.work;
    if (!available)
      return html`<p class="soft">Passkeys don’t work at this address. They need https and a host name.</p>`;
    if (!supported)
      return html`<p class="soft">This browser can’t add a passkey. Try a newer browser, or your phone.</p>`;
    if (me.limited && passkeys.length)
      return html`<p class="soft">You have a passkey. Sign out, then sign in with it: that is both steps at once.</p>`;
    if (passkeys.length >= PASSKEYS_MAX)
      return html`<p class="soft">You have ${PASSKEYS_MAX} passkeys. Remove one before you add another.</p>`;
    if (this.#open !== null) return nothing;
    if (this.#mustSignIn) return signInAgain;
    return html`<form id="passkey-form" novalidate @submit=${this.#add}>
      <label><span class="label">Name of the passkey</span><input class="field" id="passkey-name" maxlength="60" autocomplete="off" value=${browserOf(navigator.userAgent) || 'My passkey'} aria-describedby="passkey-wrong" aria-invalid=${this.invalid('passkey-name')}></label>
      ${this.#password('passkey-password', 'passkey-wrong')}
      ${this.fault('passkey-wrong')}
      <button class="btn" ?disabled=${this.busy}>Add a passkey</button>
    </form>`;
  }

  /** @param {string|null} id */
  async #change(id) {
    const before = this.#open;
    this.#open = id;
    this.#done = '';
    this.forgive();
    await this.updateComplete;
    if (id) this.one('#passkey-new-name', HTMLInputElement).focus();
    else if (before) this.one(`[data-passkey="${CSS.escape(before)}"]`, HTMLButtonElement).focus();
  }

  /** @param {SubmitEvent} event */
  async #add(event) {
    event.preventDefault();
    this.#done = '';
    const proof = this.#typed('passkey-password');
    if (!(await this.attempt(() => this.work.add(this.typed('passkey-name'), ...proof)))) return;
    this.#done = 'Your passkey is ready. Next time, sign in with it.';
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event @param {string} id */
  async #rename(event, id) {
    event.preventDefault();
    if (await this.attempt(() => this.work.rename(id, this.typed('passkey-new-name')))) await this.#change(null);
  }

  /** @param {SubmitEvent} event @param {string} id */
  async #remove(event, id) {
    event.preventDefault();
    const proof = this.#typed('passkey-remove-password');
    if (!(await this.attempt(() => this.work.remove(id, ...proof)))) return;
    this.#open = null;
    this.#done = 'Removed. Other devices that used it are signed out. You can delete it from your device too.';
    this.requestUpdate();
  }
}

customElements.define('account-passkeys', AccountPasskeys);
