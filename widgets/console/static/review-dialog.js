/**
 * A dialog of the review that changes settings of the desk. Whoever supervises only some teams reads them.
 *
 * @import { ReviewSettings } from './review-day.js'
 * @import { ReviewWork } from './review-work.js'
 */

import { Refused } from '../shared/http.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<ReviewWork>} */
export class SettingsDialog extends WorkPart {
  #open = false;
  #wrong = '';
  #busy = false;

  /** The id of its title. */
  titled = '';

  /** Takes over the settings as they are. @param {ReviewSettings} _settings */
  begin(_settings) {
    throw new Error('A dialog takes over the settings itself.');
  }

  /** What is changed; null if nothing is. @returns {Partial<ReviewSettings>|null} */
  get changes() {
    return null;
  }

  /** @returns {unknown} the header, and what is between it and the footer */
  shown() {
    return nothing;
  }

  /** @returns {unknown} a sentence in the footer */
  said() {
    return nothing;
  }

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    const { settings } = this.work;
    if (this.dialog.open || !settings) return;
    this.begin(settings);
    this.#open = true;
    this.#wrong = '';
    this.requestUpdate();
    await this.updateComplete;
    this.dialog.showModal();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const { changes } = this;
    this.#busy = true;
    this.#wrong = '';
    this.requestUpdate();
    try {
      if (changes) await this.work.change(changes);
      this.dialog.close();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.#wrong = why.message;
    }
    this.#busy = false;
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="dlg rv-settings" aria-labelledby=${this.titled} @close=${this.#closed}>${this.#open ? this.#form() : nothing}</dialog>`;
  }

  #form() {
    const { mayChange } = this.work;
    return html`<form @submit=${this.#submit}>${this.shown()}
      <div role="alert">${this.#wrong ? html`<p class="wrong">${this.#wrong}</p>` : nothing}</div>
      <footer><span class="quiet num">${mayChange ? this.said() : 'Only a supervisor of all teams can change this.'}</span><span class="end">${
        mayChange
          ? html`<button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${this.#busy}>Save</button>`
          : html`<button class="btn primary">Done</button>`
      }</span></footer></form>`;
  }
}
