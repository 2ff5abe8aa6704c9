/**
 * The lines about the mail of a ticket.
 *
 * @import { Letter, Mail, TicketLetters } from './ticket-letters.js'
 */

import { stamp } from '../shared/days.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { reasonWords } from './mail-reasons.js';
import { letterName, letterWords, mailWords } from './mail-words.js';

/** The line below a public reply that came by mail or was mailed. @param {TicketLetters} letters @param {number} seq */
export function below(letters, seq) {
  const [letter, mail] = [letters.about(seq), letters.behind(seq)];
  return mail ? came(letters, mail) : letter ? sent(letters, letter) : nothing;
}

/** The lines at the end: letters about no reply, and mails that are held back. @param {TicketLetters} letters */
export const rest = (letters) => [
  ...letters.others.map((letter) => sent(letters, letter, letterName(letter))),
  ...letters.held.map(
    ({ from, reason }) =>
      html`<p class="mailed in bad">${icon('circle-alert')}<span>Mail from ${from ?? 'an unknown sender'} is held back. ${reasonWords(reason)} <a href="/mail">Decide</a></span></p>`,
  ),
];

/** How a mail came to be here, and what was cut off it. @param {TicketLetters} letters @param {Mail} mail */
function came(letters, mail) {
  const { text, why, bad } = mailWords(mail);
  const quoted = letters.quoted.get(mail.id);
  return html`<p class=${bad ? 'mailed in bad' : 'mailed in'}>${icon('mail')}<span>${text}${why ? html`<details class="why"><summary>Show the mail server’s checks</summary><code dir="ltr">${why}</code></details>` : nothing}</span>${
    mail.has_quoted
      ? html`<button type="button" class="btn plain" aria-expanded=${quoted !== undefined} @click=${() => letters.toggleQuoted(mail.id)}>${quoted === undefined ? 'Show the rest' : 'Hide the rest'}</button>`
      : nothing
  }</p>${quoted === undefined ? nothing : html`<pre class="quoted" dir="auto">${quoted}</pre>`}`;
}

/** The time of day, and the day if it is not today. @param {string} at */
const soon = (at) => stamp(at, Date.now());

/** @param {TicketLetters} letters @param {Letter} letter @param {string} [name] */
function sent(letters, letter, name) {
  const { text, why, bad, action } = letterWords(letter, soon);
  const refused = letters.refused.get(letter.id);
  return html`<p class=${bad ? 'mailed bad' : 'mailed'}>${icon(bad ? 'circle-alert' : 'mail')}<span>${name ? html`<b>${name}.</b> ` : nothing}${text}${why ? html`<span class="why">${why}</span>` : nothing}${refused ? html`<span class="why" role="alert">${refused}</span>` : nothing}</span>${
    action
      ? html`<button type="button" class="btn plain" @click=${() => letters.send(letter.id)}>${action}</button>`
      : nothing
  }</p>`;
}
