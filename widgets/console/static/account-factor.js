/** Two-step verification: set it up, turn it off, renew the recovery codes. */

import { html, nothing } from '../shared/vendor/lit.js';
import { AccountPart } from './account-part.js';
import { leftOf } from './recovery-codes.js';

const SEND = { off: 'Set up', begun: 'Turn on', on: 'Turn off' };

class AccountFactor extends AccountPart {
  /** @type {import('./account-work.js').AccountWork['factor']} */
  #shown = null;

  /** @override */
  render() {
    const { factor, factorWrong, codes, codesLeft } = this.work;
    return html`<section aria-labelledby="totp-title" id="totp-section">
      <h2 id="totp-title">Two-step verification</h2>
      <p class="soft" id="totp-state">${factorWrong || this.#state()}</p>
      ${factor && (!codes || codesLeft !== null) && this.work.password ? this.#form(factor) : nothing}
      <recovery-codes .work=${this.work}></recovery-codes>
      <renew-codes .work=${this.work}></renew-codes>
    </section>`;
  }

  #state() {
    const { factor } = this.work;
    if (!factor) return '';
    if (factor === 'off' && !this.work.password)
      return 'You have no password here, so there is no second step to add. Your sign-on service or your passkey checks that it’s you.';
    return factor === 'on'
      ? 'On. Signing in asks for a code from your authenticator app. Each recovery code works once.'
      : 'Signing in also asks for a code from an app on your phone, so a stolen password isn’t enough.';
  }

  /** @param {'off'|'begun'|'on'} factor */
  #form(factor) {
    return html`<form id="totp-form" novalidate @submit=${this.#step}>
      <label ?hidden=${factor === 'begun'}><span class="label">Your password</span><input class="field" id="totp-password" type="password" autocomplete="current-password" aria-describedby="totp-wrong" aria-invalid=${this.invalid('totp-password')}></label>
      ${this.work.secret ? this.#secret(this.work.secret) : nothing}
      <label ?hidden=${factor === 'off'}><span class="label">${factor === 'on' ? 'Code from your app, or a recovery code' : 'Code from your app'}</span><input class="field as-code" id="totp-code" autocomplete="one-time-code" maxlength="24" placeholder="000 000" aria-describedby="totp-wrong" aria-invalid=${this.invalid('totp-code')}></label>
      ${this.fault('totp-wrong')}
      <button class="btn" ?disabled=${this.busy}>${SEND[factor]}</button>
    </form>`;
  }

  /** @param {import('./account-work.js').Secret} secret */
  #secret({ secret, uri, qr }) {
    return html`<div>
      <p>Scan this with your authenticator app, then enter the code it shows.</p>
      <img class="qr" alt="QR code for the authenticator app" width="196" height="196" src=${qr}>
      <p class="secret"><span class="soft">No camera? Type this key, or <a class="link" href=${uri}>open it in an app on this device</a>.</span><code id="secret" translate="no">${secret.match(/.{1,4}/gu)?.join(' ')}</code></p>
    </div>`;
  }

  /** @override Another step begins with empty fields. */
  updated() {
    const { factor } = this.work;
    if (factor === this.#shown) return;
    this.#shown = factor;
    this.renderRoot.querySelector('form')?.reset();
    if (factor === 'begun') this.one('#totp-code', HTMLInputElement).focus();
  }

  /** @param {SubmitEvent} event */
  #step(event) {
    event.preventDefault();
    const totp = this.typed('totp-code').replace(/\s/gu, '');
    void this.attempt(() => this.work.step(this.typed('totp-password'), totp));
  }
}

class RenewCodes extends AccountPart {
  /** @override */
  render() {
    const { codes, codesLeft } = this.work;
    if (codes || codesLeft === null) return nothing;
    return html`<div id="codes-again">
      <h3>Recovery codes</h3>
      <p class="soft">${leftOf(codesLeft)}</p>
      <form novalidate @submit=${this.#renew}>
        <label><span class="label">Your password</span><input class="field" id="codes-password" type="password" autocomplete="current-password" aria-describedby="codes-wrong" aria-invalid=${this.invalid('codes-password')}></label>
        ${this.fault('codes-wrong')}
        <button class="btn" ?disabled=${this.busy}>Make new codes</button>
      </form>
    </div>`;
  }

  /** @param {SubmitEvent} event */
  #renew(event) {
    event.preventDefault();
    void this.attempt(() => this.work.renewCodes(this.typed('codes-password')));
  }
}

customElements.define('renew-codes', RenewCodes);
customElements.define('account-factor', AccountFactor);
