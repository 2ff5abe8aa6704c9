/** Single sign-on: link it once, and unlink it. Without a sign-on service there is nothing to see. */

import { stamp } from '../shared/days.js';
import { moment } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { AccountForm, codeField } from './account-part.js';

/** @import { SignOnWork, SignOn } from './sign-on-work.js' */

/** @param {string} issuer */
const hostOf = (issuer) => new URL(issuer).host;

/** @extends {AccountForm<SignOnWork>} */
class AccountSignOn extends AccountForm {
  /** The person comes back from the sign-on service, and is not at the section yet. */
  #comes = true;

  /** @override */
  render() {
    const { state, loadingWrong } = this.work;
    if (loadingWrong)
      return this.#section(
        html`<p class="soft">${loadingWrong}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button>`,
      );
    if (!state?.issuer) return nothing;
    return this.#section(
      html`<p class="soft" id="sign-on-state">${this.#said(state, state.issuer)}</p>${this.#form(state)}`,
    );
  }

  /** @override Whoever comes back from the sign-on service hears and sees at once how it ended. */
  updated() {
    if (!this.#comes || !this.work.state?.issuer) return;
    this.#comes = false;
    if (this.work.done || this.work.failed) this.one('#sign-on-title', HTMLElement).focus();
  }

  /** @param {unknown} content */
  #section(content) {
    return html`<section aria-labelledby="sign-on-title">
      <h2 id="sign-on-title" tabindex="-1" aria-describedby="sign-on-done sign-on-wrong">Single sign-on</h2>
      <p class="done" id="sign-on-done" role="status">${this.work.done}</p>
      ${content}
    </section>`;
  }

  /** @param {SignOn} state @param {string} issuer */
  #said({ linked, password }, issuer) {
    if (!linked)
      return html`Sign in with your account at <b>${hostOf(issuer)}</b> instead of your password. You link it once.`;
    return html`Linked${linked.email ? html` with <b>${linked.email}</b>` : nothing} at <b>${hostOf(issuer)}</b> since ${moment(linked.linked_at, stamp(linked.linked_at, Date.now()))}.
      ${password ? 'Your password still works too.' : 'You have no password here.'}`;
  }

  /** @param {SignOn} state */
  #form({ linked, password, code }) {
    if (linked && !password) return nothing;
    return html`<form id="sign-on-form" novalidate @submit=${this.#send}>
      <input type="email" autocomplete="username" value=${this.work.me.email} hidden>
      ${password ? html`<label><span class="label">Your password</span><input class="field" id="sign-on-password" type="password" autocomplete="current-password" aria-describedby="sign-on-wrong" aria-invalid=${this.invalid('sign-on-password')}></label>` : nothing}
      ${password && code ? codeField('sign-on-password-code', 'sign-on-wrong', this.invalid('sign-on-password-code')) : nothing}
      <p class="wrong" id="sign-on-wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p>
      <button class="btn" ?disabled=${this.busy}>${linked ? 'Unlink' : 'Link'}<span class="sr"> single sign-on</span></button>
      ${linked ? html`<p class="soft">Unlinking signs you out on every other device.</p>` : nothing}
    </form>`;
  }

  get #wrong() {
    return this.wrong.message || this.work.failed;
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    event.preventDefault();
    const { linked, password: asked, code } = this.work.state ?? {};
    const password = asked ? this.typed('sign-on-password') : '';
    const totp = asked && code ? this.typed('sign-on-password-code').replace(/\s/gu, '') : '';
    if (!(await this.attempt(() => (linked ? this.work.unlink(password, totp) : this.work.link(password, totp)))))
      return;
    this.renderRoot.querySelector('form')?.reset();
    if (linked) this.one('#sign-on-title', HTMLElement).focus();
  }
}

customElements.define('account-sign-on', AccountSignOn);
