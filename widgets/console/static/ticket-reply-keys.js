/**
 * Keys of the form for a reply on the ticket page, beside those of its text box: with Alt, the digits choose the status, as
 * in the sheet that closes a chat, and Solved leads to its code; Ctrl and Enter also send from the choices of status and
 * code, and Esc leads back to the text. Where a property or a custom field was missing, they send the reply that was
 * refused for it; elsewhere in the properties, they save. In the choice of a code the likely ones come first.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { the } from '../shared/dom.js';
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

/** A status that needs a code leads to it. @param {TicketWork} work @param {number} place */
function chooses(work, place) {
  if (!choosesStatus(work, place)) return false;
  if (needsCode(work)) void the('composer-part').updateComplete.then(() => focus('reply-code'));
  return true;
}

/** @param {Pick<TicketWork, 'form'>} work */
const needsCode = ({ form }) => form.status === 'solved' && !form.resolution;

/** @param {KeyboardEvent} event @param {TicketWork} work @returns {boolean} it was a key of the form */
function pressed({ target, key, code, altKey, ctrlKey, metaKey, shiftKey, repeat, isComposing }, work) {
  if (isComposing) return false;
  const command = ctrlKey || metaKey;
  const [, place] = /^Digit([1-9])$/u.exec(code) ?? [];
  if (place && altKey && !command && !shiftKey) return chooses(work, Number(place));
  if (key === 'Escape' && target instanceof HTMLSelectElement) {
    focus('reply');
    return true;
  }
  if (key !== 'Enter' || !command || repeat || !(target instanceof HTMLSelectElement)) return false;
  target.form?.requestSubmit();
  return true;
}

/** A reply that was refused for what is missing beside it waits. @param {Pick<TicketWork, 'writing'>} work */
export const waits = ({ writing }) => Boolean(writing.wrong && writing.text.trim() && !writing.sending);

/** A custom field is missing. @param {Pick<TicketWork, 'wrong'>} work */
const lacks = ({ wrong }) => Object.keys(wrong).some((name) => name.startsWith('custom_fields.'));

const sends = () => /** @type {HTMLFormElement|null} */ (document.getElementById('compose'))?.requestSubmit();

/** Leads to the custom field that is needed, and from there back to the text, or sends it once the field is stored. @param {TicketWork} work */
function needed(work) {
  const field = document.querySelector('.custom [aria-invalid=true]');
  if (!(field instanceof HTMLElement)) return;
  field.focus();
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    const command = event.ctrlKey || event.metaKey;
    // What was typed into the field is stored when it loses the focus.
    if (command && lacks(work)) work.addEventListener('filled', sends, { once: true });
    focus('reply');
    if (command && !lacks(work)) sends();
  });
}

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
  // After the page has put the focus on the property, which also says why.
  work.addEventListener('faulty', async () => {
    await the('properties-part').updateComplete;
    if (!work.writing.text) return;
    if (work.wrong.resolution) focus('reply-code');
    else if (lacks(work)) needed(work);
  });
}
