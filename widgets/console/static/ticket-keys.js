/**
 * What keys do on the page of a ticket.
 *
 * @import { Does } from './page-keys.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { lazily } from '../shared/client/lazily.js';
import { the } from '../shared/dom.js';

/** @param {number} number of the ticket @param {string} me @param {() => TicketWork} work @returns {Does} */
export function keysOf(number, me, work) {
  const focus = (/** @type {string} */ id) => document.getElementById(id)?.focus();
  /** Somebody is about to write, and the box is not there yet. What they type meanwhile is text, and no command. */
  let early = false;
  const write = async (/** @type {string} */ as) => {
    if (!work().ticket) {
      early = true;
      await new Promise((drawn) => work().addEventListener('change', drawn, { once: true }));
      await the('composer-part').updateComplete;
      early = false;
    }
    document.getElementById(as)?.click();
    focus('reply');
  };
  /** That of the reply, else that of the properties: the box at rest hides its own. */
  const status = () => {
    focus('reply-status');
    if (document.activeElement?.id === 'reply-status') return;
    const field = document.querySelector('#properties-part [name=status]');
    if (field instanceof HTMLElement) field.focus();
  };
  const walk = (/** @type {1|-1} */ by) =>
    lazily(() => import('./ticket-walk.js')).then(
      ({ step }) => step(the('walk'), number, work(), by),
      () => {},
    );
  const acts = {
    reply: () => write('as-reply'),
    note: () => write('as-note'),
    close: status,
    status,
    accept: () => assign(work(), me),
    down: () => walk(1),
    up: () => walk(-1),
  };
  return Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, () => void (early || act())]));
}

/** Takes the ticket; saved at once unless something else is being changed. @param {TicketWork} work @param {string} me */
export function assign(work, me) {
  if (!work.ticket || work.ticket.closed_at || work.form.assignee === me) return;
  const alone = work.changed.length === 0;
  work.set('assignee', me);
  if (alone) void work.save();
}
