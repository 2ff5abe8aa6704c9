/**
 * Merges the ticket into another one, below priority, tags and snooze on the ticket page.
 *
 * @import { TicketWork } from './ticket-work.js'
 * @typedef {{into: number, at: string, undo_until: string|null, moved: number}} Merge
 */

import { stamp } from '../shared/days.js';
import { element } from '../shared/dom.js';
import { Refused } from '../shared/http.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import { showsTargets } from './ticket-due.js';
import { sortsTicket as sorts } from './ticket-triage.js';

class MergePart {
  #open = false;
  #busy = false;
  #wrong = '';
  /** The ticket that stays, as it was found. @type {import('../shared/types.js').Ticket|null} */
  #target = null;
  /** Other tickets of the requester, which are proposed. @type {import('../shared/types.js').Ticket[]} */
  #theirs = [];
  /** @type {Merge|null} */
  #merge = null;
  /** The version for which the merge was read. */
  #read = 0;
  #place = element('div', { class: 'triage merge' });

  /** @param {HTMLElement} after @param {TicketWork} work */
  constructor(after, work) {
    this.work = work;
    after.after(this.#place);
    work.addEventListener('change', () => this.draw());
    this.draw();
  }

  get #path() {
    return `${this.work.address}/merge`;
  }

  /** Only a duplicate may be merged. */
  async #find() {
    const { ticket } = this.work;
    if (!ticket || ticket.version === this.#read) return;
    this.#read = ticket.version;
    this.#merge = null;
    if (ticket.status !== 'solved' || !ticket.duplicate_of) return;
    try {
      this.#merge = (await this.work.ask('GET', this.#path)).data.merge;
      this.draw();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @param {() => Promise<unknown>} act */
  async #does(act) {
    this.#wrong = '';
    this.#busy = true;
    this.draw();
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
    } finally {
      this.#busy = false;
      this.draw();
    }
  }

  /** @param {SubmitEvent} event */
  #look(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.#place.querySelector('#merge-into'));
    const number = Number(field.value.trim().replace(/^#/u, ''));
    if (!Number.isSafeInteger(number) || number < 1) {
      this.#wrong = 'Enter the number of the ticket that stays.';
      return this.draw();
    }
    const found = this.#does(async () => {
      this.#target = (await this.work.ask('GET', `/api/tickets/${number}`)).data;
    });
    // Enter merges.
    void found.then(() => /** @type {HTMLElement|null} */ (this.#place.querySelector('.primary'))?.focus());
  }

  /** Proposes the other tickets with the requester's address, or of a requester without one, the newest changes first.
   * The field stays usable meanwhile. Without an answer nothing is proposed. */
  async #propose() {
    const { number, requester } = this.work.ticket ?? {};
    const of = requester?.email ? ['email', requester.email] : ['requester', requester?.id ?? ''];
    if (!of[1]) return;
    try {
      const { data } = await this.work.ask('GET', `/api/tickets?${new URLSearchParams([['limit', '4'], of])}`);
      this.#theirs = data.tickets.filter((/** @type {{number: number}} */ other) => other.number !== number);
      this.draw();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @param {number} number */
  #choose(number) {
    const field = /** @type {HTMLInputElement} */ (this.#place.querySelector('#merge-into'));
    field.value = String(number);
    field.form?.requestSubmit();
  }

  #merges() {
    const into = this.#target?.number;
    void this.#does(async () => {
      await this.work.ask('POST', this.#path, { body: { into } });
      this.#close();
      await this.work.refresh();
      this.work.said = 'Merged';
    });
  }

  #undo() {
    void this.#does(async () => {
      await this.work.ask('DELETE', this.#path);
      await this.work.refresh();
      this.work.said = 'Merge undone';
    });
  }

  #close() {
    this.#open = false;
    this.#target = null;
    this.#wrong = '';
    this.draw();
  }

  draw() {
    void this.#find();
    render(this.work.ticket ? this.#content(this.work.ticket) : nothing, this.#place);
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  #content(ticket) {
    return html`<div class="kv" aria-busy=${this.#busy}>${ticket.status === 'solved' ? this.#merged() : this.#offer()}</div><p class="wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p>`;
  }

  #merged() {
    const merge = this.#merge;
    if (!merge) return nothing;
    const { into, undo_until: until, moved } = merge;
    return html`<p class="prop"><span class="name">Merged</span><span>into <a href="/tickets/${into}">#${into}</a>${moved ? `, with ${moved === 1 ? 'one person' : `${moved} people`}` : ''}</span></p>
      ${until ? html`<p class="prop"><span class="name"></span><span><button type="button" class="btn sm" ?disabled=${this.#busy} @click=${() => this.#undo()}>Undo</button> <small class="quiet">until ${stamp(until, Date.now())}</small></span></p>` : nothing}`;
  }

  #offer() {
    if (!this.#open) {
      const open = () => {
        this.#open = true;
        this.draw();
        /** @type {HTMLElement|null} */ (this.#place.querySelector('#merge-into'))?.focus();
        void this.#propose();
      };
      return html`<p class="prop"><span class="name">Merge</span><span><button type="button" class="btn sm" @click=${open}>Into another ticket</button></span></p>`;
    }
    const target = this.#target;
    const who = target?.requester?.name ?? target?.requester?.email ?? 'no name';
    return html`<form class="prop" @submit=${(/** @type {SubmitEvent} */ event) => this.#look(event)}><label class="name" for="merge-into">Merge into</label><span class="tags"><input class="field" id="merge-into" inputmode="numeric" autocomplete="off" placeholder="Ticket number" @input=${() => {
      this.#target = null;
      this.draw();
    }}>${target ? nothing : html`<button class="btn sm" ?disabled=${this.#busy}>Check</button>`}<button type="button" class="btn plain sm" @click=${() => this.#close()}>Cancel</button></span></form>
      ${target ? html`<p class="prop"><span class="name"></span><span><a href="/tickets/${target.number}" target="_blank" rel="noopener">#${target.number}</a> <b dir="auto">${target.subject || 'No subject'}</b>, <span dir="auto">${who}</span></span></p><p class="prop"><span class="name"></span><span><button type="button" class="btn sm primary" ?disabled=${this.#busy} @click=${() => this.#merges()}>Merge into #${target.number}</button></span></p><p class="prop"><span class="name"></span><small class="quiet">This ticket is solved as a duplicate. You can undo it for 24 hours.</small></p>` : this.#theirs.map((one) => html`<p class="prop"><span class="name"></span><span class="cut"><button type="button" class="textbtn" @click=${() => this.#choose(one.number)}>#${one.number} ${one.subject || 'No subject'}</button></span></p>`)}`;
  }
}

/** Priority, tags and snooze, below them the merge, and in the head the targets. @param {HTMLElement} properties @param {TicketWork} work */
export function sortsTicket(properties, work) {
  const triage = sorts(properties, work);
  const titles = document.querySelector('.titles');
  if (titles) showsTargets(titles, work);
  const below = properties.nextElementSibling;
  if (below instanceof HTMLElement) new MergePart(below, work);
  return triage;
}
