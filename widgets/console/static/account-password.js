/** The form to change one's password. */

import { html } from '../shared/vendor/lit.js';
import { AccountPart } from './account-part.js';

class AccountPassword extends AccountPart {
  #done = '';

  /** @override */
  render() {
    return html`<section aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      ${this.work.password ? this.#form() : html`<p class="soft">You have no password here. You sign in with single sign-on or a passkey. An administrator can set a password for you.</p>`}
    </section>`;
  }

  #form() {
    return html`<form id="password-form" novalidate @submit=${this.#change}>
        <input type="email" autocomplete="username" value=${this.work.me.email} hidden>
        <label><span class="label">Current password</span><input class="field" id="password" type="password" autocomplete="current-password" aria-describedby="password-wrong" aria-invalid=${this.invalid('password')}></label>
        <label><span class="label">New password <span class="quiet">at least 10 characters, such as four unrelated words</span></span><input class="field" id="new_password" type="password" autocomplete="new-password" aria-describedby="password-wrong" aria-invalid=${this.invalid('new_password')}></label>
        ${this.fault('password-wrong')}
        <p class="done" role="status">${this.#done}</p>
        <button class="btn" ?disabled=${this.busy}>Change password</button>
        <p class="soft">You stay signed in here and are signed out on every other device.</p>
      </form>`;
  }

  /** @param {SubmitEvent} event */
  async #change(event) {
    event.preventDefault();
    this.#done = '';
    const [password, chosen] = [this.typed('password'), this.typed('new_password')];
    if (!(await this.attempt(() => this.work.changePassword(password, chosen)))) return;
    this.one('form', HTMLFormElement).reset();
    this.#done = 'Password changed.';
    this.requestUpdate();
  }
}

customElements.define('account-password', AccountPassword);
