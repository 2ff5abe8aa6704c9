/**
 * Whether letters to the requester of a ticket arrive, and the button that mails them the conversation.
 *
 * @import { TicketLetters } from './ticket-letters.js'
 */

import { stamp } from '../shared/days.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { addressWords, letterWords } from './mail-words.js';

/** @param {TicketLetters} letters */
export function shown(letters) {
  const { address, transcript } = letters;
  if (!address) return nothing;
  const { text, why, bad, action } = addressWords(address, (at) => stamp(at, Date.now()));
  const said = transcript ? letterWords(transcript, (at) => stamp(at, Date.now())).text : '';
  return html`<span class=${bad ? 'health bad' : 'health'} role="status">${bad ? icon('circle-alert') : nothing}<span>${text}${because(why)}${because(letters.addressRefused, true)}</span></span>${
    action
      ? html`<button type="button" class="btn sm" @click=${() => letters.tryAgain()}>${icon('mail')}${action}</button>`
      : html`<button type="button" class="btn sm" @click=${() => letters.mailTranscript()}>${icon('mail')}Send transcript</button>`
  }<span class="health" role="status"><span>${said ? html`<span class="why"><b>Transcript.</b> ${said}</span>` : nothing}${because(letters.transcriptRefused, true)}</span></span>`;
}

/** @param {string} text @param {boolean} [alert] */
const because = (text, alert) =>
  text ? html`<span class="why" role=${alert ? 'alert' : nothing}>${text}</span>` : nothing;
