/**
 * The staff who follow a ticket, below its requester on the ticket page: follow it oneself, add a colleague, take one out.
 *
 * @import { Colleague } from './mentions.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { element, the } from '../shared/dom.js';
import { Refused } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';

class FollowersPart {
  /** Null until they are known. @type {Colleague[]|null} */
  #followers = null;
  /** Who may see the ticket; null until somebody is to be added. @type {Colleague[]|null} */
  #colleagues = null;
  #busy = false;
  #wrong = '';
  /** What was done last, for screen readers. */
  #said = '';
  #team = '';
  #place = element('section', { class: 'followers', 'aria-labelledby': 'followers-title' });

  /** @param {HTMLElement} after @param {TicketWork} work */
  constructor(after, work) {
    this.work = work;
    after.after(this.#place);
    work.addEventListener('change', () => this.#follow());
    this.#follow();
  }

  /** Who may follow depends on the team. */
  #follow() {
    const { ticket } = this.work;
    if (!ticket || ticket.team === this.#team) return;
    this.#team = ticket.team;
    this.#colleagues = null;
    void this.#does(() => this.work.ask('GET', this.#path), '');
  }

  get #path() {
    return `${this.work.address}/followers`;
  }

  /** @param {() => Promise<{data: {followers: Colleague[]}}>} act @param {string} said */
  async #does(act, said) {
    this.#wrong = '';
    this.#busy = true;
    this.#draw();
    try {
      this.#followers = (await act()).data.followers;
      this.#said = said;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
    } finally {
      this.#busy = false;
      this.#draw();
    }
  }

  /** @param {Colleague} colleague @param {boolean} on */
  #set({ staff, name }, on) {
    const said = on ? `${name} follows this ticket.` : `${name} no longer follows this ticket.`;
    return this.#does(() => this.work.ask(on ? 'PUT' : 'DELETE', `${this.#path}/${staff}`), said);
  }

  async #offer() {
    try {
      this.#colleagues = (await this.work.ask('GET', `${this.work.address}/colleagues`)).data.colleagues;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = error.message;
    }
    this.#draw();
    this.#place.querySelector('select')?.focus();
  }

  #draw() {
    const { me } = this.work;
    const followers = this.#followers ?? [];
    const own = followers.some(({ staff }) => staff === me.id);
    const mine = { staff: me.id, name: me.name };
    render(
      html`<h2 id="followers-title">Followers</h2>
      <p class="sr" role="status">${this.#said}</p>
      ${followers.length ? html`<ul class="tags">${followers.map((one) => html`<li class="tag"><span class="cut" dir="auto">${one.staff === me.id ? `${one.name} (you)` : one.name}</span><button type="button" class="icon-btn" ?disabled=${this.#busy} aria-label="Take out ${one.name}" @click=${() => this.#set(one, false)}>${icon('x')}</button></li>`)}</ul>` : nothing}
      ${this.#colleagues ? this.#choice(followers) : nothing}
      ${this.#followers ? html`<div class="acts"><button type="button" class="btn sm" id="follow-ticket" aria-pressed=${own} ?disabled=${this.#busy} @click=${() => this.#set(mine, !own)}>${icon('eye')}${own ? 'Following' : 'Follow'}</button>${this.#colleagues ? nothing : html`<button type="button" class="btn sm plain" id="add-follower" @click=${() => this.#offer()}>${icon('user-plus')}Add a colleague</button>`}</div>` : nothing}
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}`,
      this.#place,
    );
  }

  /** @param {Colleague[]} followers */
  #choice(followers) {
    const known = new Set(followers.map(({ staff }) => staff));
    const others = (this.#colleagues ?? []).filter(({ staff }) => !known.has(staff));
    const chosen = (/** @type {Event} */ { target }) => {
      const field = /** @type {HTMLSelectElement} */ (target);
      const one = others.find(({ staff }) => staff === field.value);
      field.value = '';
      if (one) void this.#set(one, true);
    };
    return html`<label><span class="sr">Add a colleague</span><select class="field" id="follower" ?disabled=${this.#busy} @change=${chosen}><option value="">Choose a colleague</option>${others.map(({ staff, name }) => html`<option value=${staff}>${name}</option>`)}</select></label>`;
  }
}

const people = the('people-part');
new FollowersPart(people.closest('section') ?? people, people.work);
