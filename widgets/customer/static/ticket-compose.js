/**
 * The text box below a ticket: a reply, the sentence that it is not fixed, or the first words of another chat about it.
 *
 * @import { Chat } from './chat.js'
 * @import { Compose, To } from './compose.js'
 */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { askWords, modeWords } from './ticket-words.js';

const NO_FILES = { count: 0, size: 0, types: [] };

/** Where the text goes while a ticket is shown. @param {Chat} chat @returns {Pick<To, 'limits'|'shut'|'send'>} */
export const toTicket = (chat) => ({
  limits: () => (chat.talks?.current?.mode === 'chat' ? NO_FILES : chat.limits),
  shut: () => {
    const talk = chat.talks?.current;
    return Boolean(talk && (talk.closed || talk.gone));
  },
  send: (text, files) => Boolean(chat.talks?.current?.send(text, files)),
});

/** What the next text is, where it is no plain reply. @param {Chat} chat @param {Compose} compose */
export function ticketMode(chat, compose) {
  const talk = chat.talks?.current;
  const name = firstName(talk?.lastStaff ?? '') || (talk?.team?.name ?? chat.visit.teamName());
  const words = talk && modeWords(talk.mode, name, talk.status);
  if (!words) return nothing;
  const back = () => {
    talk.turn('reply');
    compose.box?.focus();
  };
  return html`<div class="quoted"><b>${words.title}<small>${words.text}</small></b><button type="button" class="icon-btn" aria-label=${words.back} @click=${back}>${icon('x')}</button></div>`;
}

/** What stands in the empty box. @param {Chat} chat @returns {string|undefined} */
export function ticketAsk(chat) {
  const talk = chat.talks?.current;
  if (!talk) return undefined;
  return askWords({ mode: talk.mode, status: talk.status, asks: talk.asks, name: firstName(talk.lastStaff ?? '') });
}
