/**
 * Keys of the form for a reply on the ticket page, beside those of its text box: with Alt, the digits choose the status, as
 * in the sheet that closes a chat, and lead to what the status needs; Ctrl and Enter also send from these fields, and Esc
 * leads back to the text. Where a property was missing, they send the reply that was refused for it; elsewhere in the
 * properties, they save. In the choice of a code the likely ones come first.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { the } from '../shared/dom.js';
import { CustomFields } from './custom-fields.js';
import { likelyCodes } from './likely-codes.js';

/**
 * Chooses the status at this place. @param {Pick<TicketWork, 'ticket'|'words'|'writing'>} work @param {number} place from 1
 * @returns {boolean} whether there is such a status
 */
export function choosesStatus({ ticket, words, writing }, place) {
  const status = ticket?.closed_at ? undefined : words.statuses[place - 1];
  if (status && !writing.refusal(status.key)) writing.choose(status.key);
  return Boolean(status);
}

const focus = (/** @type {string} */ id) => document.getElementById(id)?.focus();

/** Leads to the first field that is empty or at fault: the code, then those above the buttons. @param {string[]} names */
async function leads(names) {
  if (!names.length) return;
  await the('composer-part').updateComplete;
  if (names.includes('resolution')) return focus('reply-code');
  const custom = document.querySelector('#reply-needs custom-fields');
  if (custom instanceof CustomFields) await custom.updateComplete;
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll('#reply-needs :is(.field, input)');
  const wanted = [...fields].find(({ ariaInvalid }) => ariaInvalid === 'true');
  (wanted ?? [...fields].find(({ value }) => !value) ?? fields[0])?.focus();
}

/** A status that needs more leads to it. @param {TicketWork} work @param {number} place */
function chooses(work, place) {
  if (!choosesStatus(work, place)) return false;
  void leads(Object.keys(work.lacks()));
  return true;
}

/** @param {KeyboardEvent} event @param {TicketWork} work @returns {boolean} it was a key of the form */
function pressed({ target, key, code, altKey, ctrlKey, metaKey, shiftKey, repeat, isComposing }, work) {
  if (isComposing || !(target instanceof HTMLElement)) return false;
  const command = ctrlKey || metaKey;
  const [, place] = /^Digit([1-9])$/u.exec(code) ?? [];
  if (place && altKey && !command && !shiftKey) return chooses(work, Number(place));
  const needed = target.closest('#reply-needs');
  if (!needed && !(target instanceof HTMLSelectElement)) return false;
  if (key === 'Escape') {
    focus('reply');
    return true;
  }
  if (key !== 'Enter' || (needed && target instanceof HTMLTextAreaElement && !command)) return false;
  if (!command) return needed !== null && back(target);
  // What was typed into a field is taken when it loses the focus.
  if (needed) target.blur();
  if (!repeat) sends();
  if (document.activeElement === document.body) target.focus();
  return true;
}

/** Enter in a line of its own does not send. @param {HTMLElement} field */
function back(field) {
  if (!(field instanceof HTMLInputElement)) return false;
  focus('reply');
  return true;
}

/** A reply that was refused for what is missing beside it waits. @param {Pick<TicketWork, 'writing'>} work */
export const waits = ({ writing }) => Boolean(writing.wrong && writing.text.trim() && !writing.sending);

const sends = () => /** @type {HTMLFormElement|null} */ (document.getElementById('compose'))?.requestSubmit();

/** @param {KeyboardEvent} event @param {TicketWork} work */
function inProperties(event, work) {
  const { key, ctrlKey, metaKey, repeat, isComposing, target } = event;
  if (key !== 'Enter' || !(ctrlKey || metaKey) || repeat || isComposing || event.defaultPrevented) return;
  const form = target instanceof Element ? target.closest('form') : null;
  if (form?.id !== 'form') return;
  event.preventDefault();
  if (waits(work)) sends();
  else form.requestSubmit();
}

/** @param {HTMLElement} composer @param {TicketWork & {likely?: string[]}} work */
export function repliesByKeys(composer, work) {
  // Whoever typed on after sending keeps the focus.
  let typed = false;
  composer.addEventListener(
    'submit',
    () => {
      typed = false;
    },
    true,
  );
  document.addEventListener(
    'keydown',
    () => {
      typed = true;
    },
    true,
  );
  composer.addEventListener('keydown', (event) => {
    if (pressed(event, work)) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => inProperties(event, work));
  let asked = false;
  work.addEventListener('change', async () => {
    if (asked || !work.ticket || !['solved', 'fixed_pending_rca'].includes(work.form.status) || work.form.resolution)
      return;
    asked = true;
    work.likely = (await likelyCodes(work.ask, `tickets/${work.number}`)).codes;
    work.redraw();
  });
  work.addEventListener('faulty', () => {
    if (!typed && composer.contains(document.activeElement)) void leads(Object.keys(work.wrong));
  });
}
