/**
 * The fields to choose the training that a solved ticket attaches.
 *
 * @import { Training } from './training.js'
 */

import { stamp } from '../shared/days.js';
import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit.js';

/** @param {Training} training @param {number} now @param {string} [wrong] why the choice was refused */
export function trainingOf(training, now, wrong = '') {
  const { resources, sessions, chosen, session } = training;
  const none = !resources.length && !sessions.length;
  return html`<fieldset class="more training" data-field="training"><legend class="label">Training for the customer</legend>
    ${none ? html`<p class="quiet">The Learning Center has nothing on this product.</p>` : nothing}
    ${resources.map(({ id, title, minutes }) => html`<label class="tick"><input type="checkbox" name="training" value=${id} .checked=${live(chosen.has(id))} @change=${() => training.toggle(id)}><span dir="auto">${title}</span><small class="num">${minutes} min</small></label>`)}
    ${
      sessions.length
        ? html`<label><span class="label">Place in a live session</span><span class="pick"><select class="field" name="session" @change=${(/** @type {Event} */ { target }) => training.take(Number(/** @type {HTMLSelectElement} */ (target).value))}><option value="0" ?selected=${!session}>None</option>${sessions.map((one) => html`<option value=${one.id} ?selected=${one.id === session}>${one.title}, ${stamp(one.starts_at, now)}${one.places_left ? '' : ' (full: waiting list)'}</option>`)}</select>${icon('chevron-down')}</span></label>`
        : nothing
    }${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : nothing}</fieldset>`;
}
