/**
 * The issues of other systems that a ticket links to, above its history on the ticket page: link one, see its state,
 * remove a link.
 *
 * @import { TicketWork } from './ticket-work.js'
 * @typedef {{id: string, url: string, kind: string, label: string, state: 'unknown'|'open'|'closed', status: string|null}} IssueLink
 */

import { element, the } from '../shared/dom.js';
import { Refused } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';

class IssuesPart {
  /** Null until they are known. @type {IssueLink[]|null} */
  #links = null;
  #adding = false;
  #busy = false;
  #wrong = '';
  /** What was done last, for screen readers. */
  #said = '';
  #seen = '';
  #place = element('section', { class: 'followers', 'aria-labelledby': 'issues-title' });

  /** @param {HTMLElement} before @param {TicketWork} work */
  constructor(before, work) {
    this.work = work;
    before.before(this.#place);
    work.addEventListener('change', () => this.#follow());
    this.#follow();
  }

  /** An issue that changes writes a note, so the ticket changes too. */
  #follow() {
    const at = this.work.ticket?.updated_at ?? '';
    if (!at || at === this.#seen || (this.#seen && !this.#links?.length)) return;
    this.#seen = at;
    if (!this.#busy) void this.#does(() => this.work.ask('GET', this.#path), '');
  }

  get #path() {
    return `${this.work.address}/links`;
  }

  /** @param {() => Promise<{data: {links: IssueLink[]}}>} act @param {string} said */
  async #does(act, said) {
    this.#wrong = '';
    this.#busy = true;
    this.#draw();
    try {
      this.#links = (await act()).data.links;
      this.#said = said;
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
      return false;
    } finally {
      this.#busy = false;
      this.#draw();
    }
  }

  /** @param {SubmitEvent} event */
  async #add(event) {
    event.preventDefault();
    const url = this.#place.querySelector('input')?.value.trim() ?? '';
    if (!(await this.#does(() => this.work.ask('POST', this.#path, { body: { url } }), 'Linked.'))) return;
    this.#adding = false;
    this.#draw();
    this.#place.querySelector('button')?.focus();
  }

  /** @param {IssueLink} link */
  #remove({ id, label }) {
    return this.#does(() => this.work.ask('DELETE', `${this.#path}/${id}`), `Removed the link to ${label}.`);
  }

  #draw() {
    const links = this.#links ?? [];
    render(
      html`<h2 id="issues-title">Issues</h2>
      <p class="sr" role="status">${this.#said}</p>
      ${links.length ? html`<ul class="issues">${links.map((one) => this.#line(one))}</ul>` : nothing}
      ${this.#adding ? this.#form() : nothing}
      ${this.#links && !this.#adding ? html`<div class="acts"><button type="button" class="btn sm" id="link-issue" @click=${() => this.#begin()}>${icon('plus')}Link an issue</button></div>` : nothing}
      ${this.#wrong ? html`<p class="wrong" id="issue-fault" role="alert">${this.#wrong}</p>` : nothing}`,
      this.#place,
    );
  }

  /** @param {IssueLink} link */
  #line(link) {
    const { url, label, state, status } = link;
    const said = state === 'unknown' ? '' : (status ?? (state === 'closed' ? 'Closed' : 'Open'));
    return html`<li><a href=${url} target="_blank" rel="noopener noreferrer" title=${url}>${icon(state === 'closed' ? 'circle-check' : 'circle-dot')}<span dir="auto">${label}</span><span class="sr"> (opens a new tab)</span></a>${said ? html`<span class="tag ${state === 'closed' ? 'ok' : ''}" dir="auto">${said}</span>` : nothing}<button type="button" class="icon-btn" ?disabled=${this.#busy} aria-label="Remove the link to ${label}" @click=${() => this.#remove(link)}>${icon('x')}</button></li>`;
  }

  #begin() {
    this.#adding = true;
    this.#draw();
    this.#place.querySelector('input')?.focus();
  }

  #leave() {
    this.#adding = false;
    this.#wrong = '';
    this.#draw();
    this.#place.querySelector('button')?.focus();
  }

  #form() {
    return html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.#add(event)}><label for="issue-url">URL of the issue</label><input class="field" id="issue-url" type="url" required maxlength="1000" placeholder="https://github.com/example/player/issues/7" aria-describedby=${this.#wrong ? 'issue-fault' : nothing}><div class="acts"><button class="btn sm primary" ?disabled=${this.#busy}>Link</button><button type="button" class="btn sm plain" @click=${() => this.#leave()}>Cancel</button></div></form>`;
  }
}

const history = the('history-part');
new IssuesPart(history.closest('section') ?? history, the('people-part').work);
