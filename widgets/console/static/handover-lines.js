/**
 * The lines about the hand-overs of a ticket.
 *
 * @import { Handover } from './ticket-handovers.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { stamp } from '../shared/days.js';
import { long } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { TicketHandovers, acknowledgedWords, handoverWords } from './ticket-handovers.js';

/** The hand-overs of this ticket, and the function that draws them. @param {TicketWork} work */
export function shown(work) {
  const model = new TicketHandovers({ ask: work.ask, number: work.number });
  model.follow(work);
  return { model, draw: () => model.list.map((handover) => lines(model, handover)) };
}

/** @param {TicketHandovers} handovers @param {Handover} handover */
function lines(handovers, handover) {
  const { text, why, bad, action } = handoverWords(handover, (at) => stamp(at, Date.now()));
  const [refused, taken] = [handovers.refused.get(handover.id), acknowledgedWords(handover, long)];
  return html`<section aria-label="Hand-over to the account team">
    <p class=${bad ? 'mailed bad' : 'mailed'}>${icon(bad ? 'circle-alert' : 'arrow-right-left')}<span><b>Hand-over.</b> ${text}${why ? html`<span class="why">${why}</span>` : nothing}${refused ? html`<span class="why" role="alert">${refused}</span>` : nothing}</span>${
      action
        ? html`<button type="button" class="btn plain" @click=${() => handovers.send(handover.id)}>${action}</button>`
        : nothing
    }</p>
    ${taken ? html`<p class="mailed">${icon('check')}<span>${taken}</span></p>` : handover.account_team ? asks(handovers, handover) : nothing}
  </section>`;
}

/** @param {TicketHandovers} handovers @param {Handover} handover */
function asks(handovers, { id }) {
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    handovers.acknowledge(id, String(new FormData(form).get('reference') ?? ''));
  };
  return html`<form class="mailed" @submit=${submit}><label for="handed-${id}">Not acknowledged yet. Their reference</label><input id="handed-${id}" name="reference" size="14" maxlength="200" placeholder="Optional" autocomplete="off" /><button class="btn plain">Mark acknowledged</button></form>`;
}
