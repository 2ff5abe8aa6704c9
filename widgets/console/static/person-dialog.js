/** Dialog for staff that corrects a customer's name and address, and merges two entries of one person. */

import { stamp } from '../shared/days.js';
import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { LitElement, html, live, nothing } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { PersonEdit } from './person-edit.js';

/** @import { Merged, Who } from './person-edit.js' */

class PersonDialog extends LitElement {
  /** @type {PersonEdit|null} null while it is closed */
  #edit = null;
  /** @type {(who: Who) => void} */
  #saved = () => {};

  /** @override */
  createRenderRoot() {
    return this;
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector('dialog'));
  }

  /** @param {{who: Who, texts?: string[], ticket?: number|null, saved?: (who: Who) => void}} given `saved` is called after each change, with the customer as they are now */
  async open({ saved = () => {}, ...given }) {
    this.#saved = saved;
    this.#edit = new PersonEdit({ ...given, ask, changed: () => this.requestUpdate() });
    this.requestUpdate();
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
    /** @type {HTMLElement|null} */ (this.renderRoot.querySelector('input:not([readonly]), .btn'))?.focus();
    await this.#edit.load();
  }

  #closed() {
    this.#edit = null;
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const edit = this.#edit;
    if (!edit) return;
    if (edit.merging) {
      if (await edit.merge()) this.#saved(edit.who);
      return;
    }
    if (edit.locked) return this.dialog.close();
    if (await edit.save()) {
      this.#saved(edit.who);
      this.dialog.close();
      return;
    }
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (
      this.renderRoot.querySelector(edit.addressLocked ? '[name=name]' : '[name=email]')
    )?.focus();
  }

  /** @override */
  render() {
    return html`<dialog class="person" aria-labelledby="person-title" @close=${this.#closed}>${this.#edit ? this.#form(this.#edit) : nothing}</dialog>`;
  }

  /** @param {PersonEdit} edit */
  #form(edit) {
    const { merging } = edit;
    return html`<form method="dialog" novalidate @submit=${this.#submit}>
      <header><h2 id="person-title">${merging ? 'Merge two customers?' : 'Edit customer'}</h2>
        <p>${merging ? 'Staff will see the tickets of both together. Nothing changes for the customer. You can undo it for 24 hours.' : edit.locked ? 'Their name and address are confirmed, so you can’t change them.' : edit.addressLocked ? 'Their address is confirmed, so you can’t change it. Correct the name if it is wrong.' : 'They stay “Not verified”. Their open tickets change too, with a line in the history.'}</p></header>
      <div class="body">${merging ? this.#confirm(edit) : this.#fields(edit)}
        ${edit.wrong ? html`<p class="wrong" role="alert">${edit.wrong}</p>` : nothing}</div>
      <footer>${this.#buttons(edit)}</footer>
    </form>`;
  }

  /** @param {PersonEdit} edit */
  #buttons(edit) {
    if (edit.merging)
      return html`<button type="button" class="btn" @click=${() => edit.choose(null)}>Back</button><button class="btn primary" ?disabled=${edit.busy}>Merge</button>`;
    if (edit.locked) return html`<button class="btn primary">Done</button>`;
    return html`<button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${edit.busy}>Save</button>`;
  }

  /** @param {PersonEdit} edit */
  #fields(edit) {
    const field = (/** @type {'name'|'email'} */ name, /** @type {string} */ label, /** @type {number} */ most) =>
      html`<label><span class="label">${label}</span><input class="field" name=${name} maxlength=${most} autocomplete="off" dir="auto" title=${edit[name]} ?readonly=${edit.locked || (name === 'email' && edit.addressLocked)} .value=${live(edit[name])} @input=${(/** @type {Event} */ event) => edit.fill({ [name]: /** @type {HTMLInputElement} */ (event.target).value })}></label>`;
    return html`${field('name', 'Name', 200)}${field('email', 'Email', 254)}
      ${edit.suggested.length ? html`<p class="quiet seen">They wrote: ${edit.suggested.map((address) => html`<button type="button" class="btn sm" aria-label="Use ${address}" @click=${() => edit.fill({ email: address })}>${address}</button>`)}</p>` : nothing}
      ${edit.person?.merged.length ? this.#merged(edit, edit.person.merged) : nothing}
      ${edit.others.length ? this.#others(edit) : nothing}`;
  }

  /** @param {PersonEdit} edit */
  #others(edit) {
    return html`<div><h3 class="label">Same address</h3><ul class="people">${edit.others.map((other) => html`<li>${entry(other, other.tickets === 1 ? '1 ticket' : `${other.tickets} tickets`)}<button type="button" class="btn sm" aria-label="Merge with ${other.name ?? NAMELESS}" @click=${() => edit.choose(other)}>Merge…</button></li>`)}</ul></div>`;
  }

  /** @param {PersonEdit} edit @param {Merged[]} merged */
  #merged(edit, merged) {
    const now = Date.now();
    return html`<div><h3 class="label">Merged into this customer</h3><ul class="people">${merged.map((one) => html`<li>${entry(one, stamp(one.at, now))}${Date.parse(one.undo_until) > now ? html`<button type="button" class="btn sm" aria-label="Undo the merge of ${one.name ?? NAMELESS}" @click=${() => this.#undo(edit, one.id)}>Undo</button>` : nothing}</li>`)}</ul></div>`;
  }

  /** @param {PersonEdit} edit @param {string} id */
  async #undo(edit, id) {
    if (await edit.undo(id)) this.#saved(edit.who);
  }

  /** @param {PersonEdit} edit */
  #confirm(edit) {
    const { pair } = edit;
    if (!pair) return nothing;
    const [stays, goes] = pair;
    return html`<ul class="people"><li>${entry(goes, 'is merged into')}</li><li>${entry(stays, stays.verified ? 'Verified' : 'Not verified')}</li></ul>`;
  }
}

/** @param {{name: string|null, email: string|null}} who @param {string} fact */
function entry({ name, email }, fact) {
  return html`<span class="known">${icon('user')}<span><b dir="auto">${name ?? NAMELESS}</b><small><span dir="auto">${email ?? 'No address'}</span> · ${fact}</small></span></span>`;
}

customElements.define('person-dialog', PersonDialog);

/** Opens the dialog. @param {Parameters<PersonDialog['open']>[0]} given */
export async function editPerson(given) {
  let dialog = /** @type {PersonDialog|null} */ (document.querySelector('person-dialog'));
  if (!dialog) {
    dialog = new PersonDialog();
    document.body.append(dialog);
  }
  await Promise.all([dialog.updateComplete, dialogStyle()]);
  await dialog.open(given);
}
