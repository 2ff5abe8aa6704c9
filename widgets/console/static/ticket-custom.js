/**
 * Custom fields on the ticket page, below the properties. Each change is saved at once.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { element } from '../shared/dom.js';
import { Refused } from '../shared/http.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import './custom-fields.js';

class TicketCustom {
  /** @type {Record<string, string>} */
  #wrong = {};
  #place = element('div', { class: 'kv custom' });

  /** @param {HTMLElement} properties @param {TicketWork} work */
  constructor(properties, work) {
    this.work = work;
    properties.after(this.#place);
    work.addEventListener('change', () => this.draw());
    this.draw();
  }

  /** @param {{key: string, value: unknown}} change */
  async #set({ key, value }) {
    const { work } = this;
    this.#wrong = {};
    try {
      await work.ask('PATCH', work.address, { body: { custom_fields: { [key]: value } } });
      delete work.wrong[`custom_fields.${key}`];
      await work.refresh();
      work.said = 'Saved';
      this.#filled();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.keys(error.fields).length ? error.fields : { [`custom_fields.${key}`]: error.message };
    }
    this.draw();
  }

  /** Nothing is missing any more for the reply that was refused. */
  #filled() {
    const { work } = this;
    if (Object.keys(work.wrong).length) return;
    work.writing.wrong = '';
    work.redraw();
  }

  draw() {
    const { ticket, wrong } = this.work;
    render(
      ticket
        ? html`<custom-fields row .team=${ticket.team} .product=${ticket.product} .values=${ticket.custom_fields ?? {}} .wrong=${{ ...wrong, ...this.#wrong }} ?disabled=${Boolean(ticket.closed_at)} @set=${(/** @type {CustomEvent} */ { detail }) => this.#set(detail)}></custom-fields>`
        : nothing,
      this.#place,
    );
  }
}

/** @param {HTMLElement} properties @param {TicketWork} work */
export const showsCustomFields = (properties, work) => new TicketCustom(properties, work);
