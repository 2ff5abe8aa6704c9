/**
 * Mails a conversation to its customer, and says what became of it. Draws nothing.
 *
 * @import { Chat } from './chat.js'
 */

import { Refused, ask } from '../shared/http.js';
import { t } from '../shared/words.js';

export class TranscriptMail {
  /** What became of it, by the number of the ticket. @type {Map<number, string>} */
  #told = new Map();
  asking = false;

  /** @param {Chat} chat @param {() => void} changed */
  constructor(chat, changed) {
    this.chat = chat;
    this.changed = changed;
  }

  get #talk() {
    return this.chat.talks?.current ?? null;
  }

  /** What became of the conversation that is shown; empty if nothing was asked. */
  get told() {
    return this.#told.get(this.#talk?.number ?? 0) ?? '';
  }

  /** Asks the desk to mail the conversation that is shown. */
  async mail() {
    const talk = this.#talk;
    const address = talk?.properties?.requester?.email ?? '';
    if (!talk || this.asking) return;
    this.asking = true;
    this.changed();
    try {
      const bearer = this.chat.desk.customer.token;
      const { data } = await ask('POST', `/api/tickets/${talk.number}/transcript`, { bearer });
      this.#told.set(talk.number, sentWords(data));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#told.set(talk.number, refusedWords(error.code, address));
    } finally {
      this.asking = false;
      this.changed();
    }
  }
}

/** @param {{email: string, whole: boolean}} sent `whole`: false for an address that is not confirmed */
export const sentWords = ({ email: address, whole }) =>
  whole
    ? t('The conversation goes to {address}.', { address })
    : t('A link to it goes to {address}. The address is not confirmed.', { address });

/** @param {string} code @param {string} address */
export function refusedWords(code, address) {
  if (code === 'forbidden') return t('Only the person who asked can have it mailed.');
  if (code === 'conflict') return t('Mail to {address} came back to us, so we can’t mail it there.', { address });
  if (code === 'rate_limited') return t('We mailed it several times within an hour. Try again later.');
  return t('We can’t do this right now. Try again in a moment.');
}
