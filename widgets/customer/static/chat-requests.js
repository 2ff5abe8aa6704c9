/**
 * Requests of a conversation over HTTP: a reply to its ticket, the address of a file.
 *
 * @import { Entry } from '../shared/client/types.js'
 * @import { File } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { Refused, ask } from '../shared/http.js';
import { sentenceOf } from '../shared/refusals.js';
import { t } from '../shared/words.js';
import { draftOf } from './reply-draft.js';

/** Adds a message that came too late for the chat to its ticket. @param {Chat} chat @param {Entry} entry @param {number} ticket */
export function addTo(chat, { id, fields }, ticket) {
  chat.talks?.replies.add(ticket, { text: fields.text });
  chat.desk.discard(id);
}

/** Takes the text of a reply away. @param {Chat} chat @param {{of: number, reason: string}} fields */
export async function removeFromTicket(chat, { of, reason }) {
  try {
    await ask('POST', `/api/tickets/${chat.ticketShown}/redactions`, {
      body: { of, reason },
      bearer: chat.desk.customer.token,
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new DeskError({ code: error.code, message: error.message });
  }
}

/** Puts the text of a reply that was refused back into the box. @param {Chat} chat @param {Entry} entry */
export function retractReply(chat, { id, fields }) {
  chat.drafts.add(draftOf(chat), [fields.text]);
  chat.talks?.replies.discard(id);
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
