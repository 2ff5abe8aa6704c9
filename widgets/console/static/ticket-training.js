/**
 * The choice of the training that a ticket attaches, below its properties. It is shown while the form solves the ticket
 * with a code that attaches training.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { element } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { render } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { trainingOf } from './training-fields.js';
import { Training, trains } from './training.js';

/** @param {HTMLElement} properties @param {TicketWork} work @param {() => number} [now] */
export function choosesTraining(properties, work, now = Date.now) {
  const place = element('div', { class: 'training-of' });
  const draw = () => render(trainingOf(training, now(), work.wrong.training), place);
  const training = new Training({ ask, changed: draw });
  work.also = (status) => (trains(work, status) ? training.wanted : {});
  work.addEventListener('change', () => {
    if (!trains(work)) return place.remove();
    const { product, subject } = work.form;
    if (!place.isConnected) {
      properties.querySelector('#save')?.before(place);
      // Without its styles, the choice is complete too.
      dialogStyle().catch(() => {});
    }
    draw();
    void training.read(product, subject);
  });
}
