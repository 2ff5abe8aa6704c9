/**
 * Requests of a conversation over HTTP: a reply to its ticket, the address of a file.
 *
 * @import { Entry } from '../shared/client/types.js'
 * @import { File } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 */

import { Refused, ask } from '../shared/http.js';
import { sentenceOf } from '../shared/refusals.js';
import { t } from '../shared/words.js';

/** Adds a message that came too late for the chat to its ticket. @param {Chat} chat @param {Entry} entry @param {number} ticket */
export async function addTo(chat, entry, ticket) {
  try {
    const { data } = await ask('POST', `/api/tickets/${ticket}/replies`, {
      body: { text: entry.fields.text },
      bearer: chat.desk.customer.token,
      headers: { 'Idempotency-Key': entry.id },
    });
    chat.addedTo = data.number ?? ticket;
    const { outcome } = chat.visit;
    if (outcome && outcome.ticket === data.number) outcome.status = data.status;
    chat.desk.discard(entry.id);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // A chat message is never too long for a ticket, so the ticket is full.
    const why =
      error.code === 'too_large'
        ? t('This ticket is too long. Start a new chat and mention ticket #{ticket}.', { ticket })
        : sentenceOf(error);
    chat.raise(t('Your message wasn’t added to the ticket.'), why);
  }
}

/**
 * Requests the address of a file, because a frame on another site has no session.
 * @param {Chat} chat @param {File} file @param {boolean} [asked] by the customer, who is told where it is refused @returns {Promise<string|null>} null then
 */
export async function addressOf(chat, file, asked = true) {
  try {
    const { data } = await ask('GET', file.url, { bearer: chat.desk.customer.token });
    return data.url;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (asked) chat.raise(t('The file couldn’t be loaded.'), sentenceOf(error));
    return null;
  }
}
