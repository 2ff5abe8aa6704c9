/**
 * Dialog that saves the current list of tickets as a view.
 *
 * @import { SavedViews } from './saved-views.js'
 * @import { TicketSearch } from './ticket-search.js'
 */

import { Refused } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

const NAME_MAX = 60;

/** @extends {WorkPart<TicketSearch>} */
class SaveView extends WorkPart {
  /** @type {SavedViews|null} */
  saved = null;
  #open = false;
  #wrong = '';

  get #dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    this.#open = true;
    this.#wrong = '';
    this.requestUpdate();
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  async #save(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    try {
      await this.saved?.save(String(form.get('name')).trim(), String(form.get('team') ?? '') || null, this.work.asked);
      this.#dialog.close();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
      this.requestUpdate();
    }
  }

  /** @override */
  render() {
    return html`<dialog class="sheet" aria-labelledby="save-view-title" @close=${this.#closed}>${this.#open ? this.#form() : nothing}</dialog>`;
  }

  #form() {
    const { me, own } = this.work;
    return html`<form @submit=${this.#save}>
        <h2 id="save-view-title">Save this view</h2>
        <p class="quiet">It keeps the filters, the words and the order, and finds new tickets too.</p>
        <label><span class="label">Name</span><input class="field" name="name" required maxlength=${NAME_MAX} autocomplete="off" dir="auto" autofocus></label>
        ${me.role === 'supervisor' ? html`<label><span class="label">Who sees it</span><span class="pick"><select class="field" name="team"><option value="">Only you</option>${own.map(({ team, name }) => html`<option value=${team}>Everybody on ${name}</option>`)}</select>${icon('chevron-down')}</span></label>` : nothing}
        <p class="wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p>
        <p class="pair"><button type="button" class="btn" @click=${() => this.#dialog.close()}>Cancel</button><button class="btn primary">Save view</button></p>
      </form>`;
  }
}

customElements.define('save-view', SaveView);
