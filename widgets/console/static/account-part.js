/** A section of the account page: a form whose refusals are shown beside its fields. */

import { html, nothing } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

/** @import { AccountWork, Wrong } from './account-work.js' */

/** The field for a one-time code that is asked for beside the password. @param {string} id @param {string} fault @param {unknown} invalid */
export const codeField = (id, fault, invalid) =>
  html`<label><span class="label">Code from your app, or a recovery code</span><input class="field as-code" id=${id} autocomplete="one-time-code" maxlength="24" placeholder="000 000" aria-describedby=${fault} aria-invalid=${invalid}></label>`;

/** @type {Wrong} */
const RIGHT = { message: '' };

/** @template {EventTarget} W @extends {WorkPart<W>} */
export class AccountForm extends WorkPart {
  /** Something was sent and is not answered yet. */
  busy = false;
  wrong = RIGHT;

  /** Shows why it failed, with the focus in the field at fault. @param {() => Promise<Wrong|null>} act @returns {Promise<boolean>} whether it succeeded */
  async attempt(act) {
    this.wrong = RIGHT;
    this.busy = true;
    this.requestUpdate();
    try {
      this.wrong = (await act()) ?? RIGHT;
    } finally {
      this.busy = false;
      this.requestUpdate();
    }
    await this.updateComplete;
    if (this.wrong.field) this.one(`#${this.wrong.field}`, HTMLElement).focus();
    return this.wrong === RIGHT;
  }

  /** @param {string} field */
  invalid(field) {
    return this.wrong.field === field ? 'true' : nothing;
  }

  /** Why the last attempt failed. @param {string} id */
  fault(id) {
    return html`<p class="wrong" id=${id} role="alert" ?hidden=${!this.wrong.message}>${this.wrong.message}</p>`;
  }

  /** The value of a field. @param {string} id */
  typed(id) {
    return this.one(`#${id}`, HTMLInputElement).value;
  }

  forgive() {
    this.wrong = RIGHT;
    this.requestUpdate();
  }
}

/** @extends {AccountForm<AccountWork>} */
export class AccountPart extends AccountForm {}
