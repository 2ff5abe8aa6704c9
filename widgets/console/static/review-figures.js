/**
 * The dialog with codes of agents against codes of reviewers, and the chats on which two readers differ.
 *
 * @import { ReviewWork } from './review-work.js'
 */

import { html, nothing } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<ReviewWork>} */
class ReviewFigures extends WorkPart {
  #open = false;

  async open() {
    const dialog = this.one('dialog', HTMLDialogElement);
    if (dialog.open) return;
    this.#open = true;
    this.requestUpdate();
    await this.updateComplete;
    dialog.showModal();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="dlg" aria-labelledby="figures-title" @close=${this.#closed}>${this.#open ? this.#shown() : nothing}</dialog>`;
  }

  #shown() {
    const { figures, words } = this.work;
    const name = (/** @type {string|null} */ code) => (code ? words.code(code) : 'No code');
    const differ = figures?.agreement.differ ?? [];
    return html`<form method="dialog">
      <header><h2 id="figures-title">Codes of the last 30 days</h2><p>The agent’s code against the reviewer’s. A row with one code twice was confirmed.</p></header>
      <div class="b">
        <table class="tbl"><thead><tr><th scope="col">Agent</th><th scope="col">Reviewer</th><th scope="col" class="r">Chats</th></tr></thead>
          <tbody>${(figures?.codes ?? []).map(({ agent, reviewer, count }) => html`<tr class=${agent === reviewer ? nothing : 'moved'}><td>${name(agent)}</td><td>${agent === reviewer ? 'the same' : name(reviewer)}</td><td class="r">${count}</td></tr>`)}</tbody></table>
        ${differ.length ? html`<p>Two readers differ on ${differ.map((number, at) => html`${at ? ', ' : nothing}<a class="link" href=${`/tickets/${number}`}>#${number}</a>`)}.</p>` : nothing}
      </div>
      <footer><span class="end"><button class="btn primary">Done</button></span></footer>
    </form>`;
  }
}

customElements.define('review-figures', ReviewFigures);
