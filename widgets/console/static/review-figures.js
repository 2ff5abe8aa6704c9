/**
 * The dialog with the chats on which two readers differ, and codes of agents against codes of reviewers.
 *
 * @import { Difference, Judgement } from './review-day.js'
 * @import { ReviewWork } from './review-work.js'
 */

import { Refused } from '../shared/http.js';
import { firstName } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { dayName } from './review-words.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<ReviewWork>} */
class ReviewFigures extends WorkPart {
  #open = false;
  /** The ticket for which the readers choose a judgement. @type {number|null} */
  #choosing = null;
  #busy = false;
  /** What came of the last choice. */
  #said = '';
  #wrong = '';

  async open() {
    const dialog = this.one('dialog', HTMLDialogElement);
    if (dialog.open) return;
    this.#choosing = null;
    this.#said = this.#wrong = '';
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
    const { figures } = this.work;
    const name = (/** @type {string|null} */ code) => this.#name(code);
    return html`<form method="dialog">
      <header><h2 id="figures-title">Agreement of the last 30 days</h2></header>
      <div class="b">
        ${this.#differences()}
        <table class="tbl"><caption>The agent’s code against the reviewer’s</caption><thead><tr><th scope="col">Agent</th><th scope="col">Reviewer</th><th scope="col" class="r">Chats</th></tr></thead>
          <tbody>${(figures?.codes ?? []).map(({ agent, reviewer, count }) => html`<tr class=${agent === reviewer ? nothing : 'moved'}><td>${name(agent)}</td><td>${agent === reviewer ? 'the same' : name(reviewer)}</td><td class="r">${count}</td></tr>`)}</tbody></table>
      </div>
      <footer><span class="end"><button class="btn primary">Done</button></span></footer>
    </form>`;
  }

  /** @param {string|null} code */
  #name(code) {
    return code ? this.work.words.code(code) : 'No code';
  }

  /** The chats on which two readers differ. */
  #differences() {
    const { differences = [], settled = 0 } = this.work.figures?.agreement ?? {};
    return html`${
      differences.length
        ? html`<table class="tbl differ"><caption>Readers differ</caption><thead><tr><th scope="col">Chat</th><th scope="col">First reader</th><th scope="col">Second reader</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
          <tbody>${repeat(
            differences,
            ({ ticket }) => ticket,
            (one) => this.#difference(one),
          )}</tbody></table>`
        : nothing
    }<p class="help" role="status">${this.#said}${!this.#said && settled ? `${settled} that differed ${settled === 1 ? 'is' : 'are'} agreed on.` : nothing}</p>
    <div role="alert">${this.#wrong ? html`<p class="wrong">${this.#wrong}</p>` : nothing}</div>`;
  }

  /** @param {Difference} one */
  #difference(one) {
    const { ticket, subject, agent, day, first, second } = one;
    const choosing = this.#choosing === ticket;
    const rows = first.code === second.code ? this.#rows(first, second) : [];
    const from = [`#${ticket}`, agent && firstName(agent.name), dayName(day)].filter(Boolean).join(', ');
    const cell = (/** @type {Judgement} */ judgement) => {
      const says = rows.length
        ? rows.map(({ id, text }) => html`<span>${text}: ${judgement.scores[id]}</span>`)
        : this.#name(judgement.code);
      const who = judgement.reviewer.id === this.work.me.id ? 'You' : judgement.reviewer.name;
      return html`<td>${says}<small dir="auto">${who}</small>${choosing ? html`<button type="button" class="btn sm" ?disabled=${this.#busy} aria-label=${`${who}: this one holds`} @click=${() => this.#agree(one, judgement)}>This one holds</button>` : nothing}</td>`;
    };
    return html`<tr><td><a class="link" href=${`/tickets/${ticket}`} dir="auto">${subject ?? 'No subject'}</a><small>${from}</small></td>${cell(first)}${cell(second)}
      <td class="r"><button type="button" class="btn sm" aria-expanded=${choosing} aria-label=${`Agree on one: #${ticket}`} @click=${() => this.#choose(ticket)}>${choosing ? 'Cancel' : 'Agree on one'}</button></td></tr>`;
  }

  /** The rows of the scorecard to which two readers gave different answers. @param {Judgement} first @param {Judgement} second */
  #rows(first, second) {
    const differs = Object.keys(first.scores).filter(
      (id) => second.scores[id] && second.scores[id] !== first.scores[id],
    );
    const texts = new Map(this.work.settings?.rows.map(({ id, text }) => [String(id), text]));
    return differs.map((id) => ({ id, text: texts.get(id) ?? 'A former row' }));
  }

  /** @param {number} ticket */
  #choose(ticket) {
    this.#choosing = this.#choosing === ticket ? null : ticket;
    this.#wrong = '';
    this.requestUpdate();
  }

  /** @param {Difference} one @param {Judgement} judgement */
  async #agree({ ticket }, judgement) {
    this.#busy = true;
    this.#wrong = '';
    this.requestUpdate();
    try {
      await this.work.agree(ticket, judgement.id);
      this.#choosing = null;
      this.#said = `Agreed on #${ticket}: ${this.#name(judgement.code)}.`;
      this.querySelector('footer')?.querySelector('button')?.focus();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.#wrong = why.message;
    }
    this.#busy = false;
    this.requestUpdate();
  }
}

customElements.define('review-figures', ReviewFigures);
