/** Failed sign-ins of others, until the person has seen them. */

import { stamp } from '../shared/days.js';
import { moment } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { AccountPart } from './account-part.js';

class AccountFailures extends AccountPart {
  /** @override */
  render() {
    const { failures } = this.work;
    if (!failures) return nothing;
    const { count, since, last_at: last, last_network: network } = failures;
    const now = Date.now();
    return html`<section class="failures" aria-labelledby="failures-title">
      <h2 id="failures-title">Someone may be guessing your password</h2>
      <p>${count} failed sign-ins with your address since ${moment(since, stamp(since, now))}, most recently ${moment(last, stamp(last, now))}${network ? ` from network ${network}.` : '.'}</p>
      <p class="soft">If that was you, all is well. If not, change your password below and turn on two-step verification.</p>
      <button class="btn" type="button" ?disabled=${this.busy} @click=${this.#seen}>Got it</button>
      ${this.fault('failures-wrong')}
    </section>`;
  }

  async #seen() {
    if (await this.attempt(() => this.work.forgetFailures())) this.closest('main')?.focus();
  }
}

customElements.define('account-failures', AccountFailures);
