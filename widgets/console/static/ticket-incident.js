/**
 * Links a ticket to an open incident. Nothing is shown while no incident is open.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { Refused, ask } from '../shared/http.js';
import { element } from '../shared/dom.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';

/** @param {HTMLElement} history whose section comes after it @param {TicketWork} work */
export async function linksIncidents(history, work) {
  /** @type {import('./open-incidents.js').Incident[]} */
  let open;
  try {
    open = (await ask('GET', '/api/incidents?state=open')).data.incidents;
  } catch (why) {
    // The ticket is complete without it.
    if (why instanceof Refused) return;
    throw why;
  }
  if (!open.length) return;
  const place = element('section', { 'aria-labelledby': 'incident-title' });
  history.closest('section')?.before(place);
  let said = '';
  let wrong = '';
  const draw = () =>
    render(
      html`<h2 id="incident-title">Incident</h2>
        <form @submit=${link}><span class="pick"><select class="field" aria-labelledby="incident-title">${open.map(({ id, title }) => html`<option value=${id}>${title}</option>`)}</select>${icon('chevron-down')}</span>
        <p><button class="btn sm">Link this ticket</button></p></form>
        <p class="quiet" role="status">${said}</p>${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : nothing}`,
      place,
    );
  const link = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    said = '';
    wrong = '';
    try {
      const id = Number(place.querySelector('select')?.value);
      await ask('POST', `/api/incidents/${id}/tickets`, { body: { ticket: work.number } });
      said = 'Linked. It gets the workaround and the finding of the incident.';
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      wrong = why.message;
    }
    draw();
  };
  draw();
}
