/**
 * Dialog that saves the current list of tickets as a view, or renames or removes a view.
 *
 * @import { SavedView, SavedViews } from './saved-views.js'
 * @import { TicketSearch } from './ticket-search.js'
 */

import { Refused } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { confirms } from './confirms.js';
import { WorkPart } from './work-part.js';

const NAME_MAX = 60;

/** @extends {WorkPart<TicketSearch>} */
class SaveView extends WorkPart {
  /** @type {SavedViews|null} */
  saved = null;
  #open = false;
  /** The view to rename, null for a new one. @type {SavedView|null} */
  #view = null;
  #wrong = '';

  get #dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** @param {SavedView|null} [view] to rename */
  async open(view = null) {
    this.#open = true;
    this.#view = view;
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
    const name = String(form.get('name')).trim();
    try {
      if (this.#view) await this.saved?.rename(this.#view, name);
      else await this.saved?.save(name, String(form.get('team') ?? '') || null, this.work.asked);
      this.#dialog.close();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
      this.requestUpdate();
    }
  }

  async #remove() {
    if (this.#view) await this.saved?.remove(this.#view);
    this.#dialog.close();
  }

  /** @override */
  render() {
    return html`<dialog class="sheet" aria-labelledby="save-view-title" @close=${this.#closed}>${this.#open ? this.#form() : nothing}</dialog>`;
  }

  #form() {
    const { me, own } = this.work;
    const view = this.#view;
    return html`<form @submit=${this.#save} @keydown=${confirms}>
        <h2 id="save-view-title">${view ? 'Edit this view' : 'Save this view'}</h2>
        <p class="quiet">${view?.team ? `Everybody on ${this.work.teamName(view.team)} sees the new name.` : 'It keeps the filters, the words and the order, and finds new tickets too.'}</p>
        <label><span class="label">Name</span><input class="field" name="name" required maxlength=${NAME_MAX} autocomplete="off" dir="auto" autofocus .value=${view?.name ?? ''}></label>
        ${me.role === 'supervisor' && !view ? html`<label><span class="label">Who sees it</span><span class="pick"><select class="field" name="team"><option value="">Only you</option>${own.map(({ team, name }) => html`<option value=${team}>Everybody on ${name}</option>`)}</select>${icon('chevron-down')}</span></label>` : nothing}
        <p class="wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p>
        <p class="pair">${view ? html`<button type="button" class="btn plain" @click=${this.#remove}>Remove view</button>` : nothing}<button type="button" class="btn" @click=${() => this.#dialog.close()}>Cancel</button><button class="btn primary">${view ? 'Rename' : 'Save view'}</button></p>
      </form>`;
  }
}

customElements.define('save-view', SaveView);
