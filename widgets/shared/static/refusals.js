/**
 * Sentences for refusals. Pure.
 */

import { locale, t } from './words.js';

/** A few words that fit after "Not sent", by the code. @param {string} [code] @param {string} [chat] that the refusal is about */
export function byCode(code, chat) {
  switch (code) {
    case 'chat_closed':
      return t('this chat is closed');
    case 'too_large':
      return chat ? t('this conversation is too long: end it and start a new one') : t('it’s too long');
    case 'forbidden':
      return t('a colleague has this chat');
    case 'not_found':
      return t('this chat no longer exists');
    case 'unavailable':
      return t('it can’t be saved right now');
    case 'rate_limited':
      return t('too many at once');
    case 'held':
      return t('the message before it wasn’t sent');
    default:
      return '';
  }
}

/**
 * A complete sentence. In English it is the desk's own.
 * @param {{code: string, message: string, fields?: Record<string, string>, status?: number, chat?: string}} refusal `status`: 0 where there was no answer, which is said in the reader's language
 */
export function sentenceOf({ code, message, fields = {}, status, chat }) {
  if (status === 0 || locale.startsWith('en')) return fields.email ?? Object.values(fields)[0] ?? message;
  if (fields.email) return t('That doesn’t look like an email address. Correct it or leave it empty.');
  const mends = code === 'invalid' || code === 'bad_frame';
  const words =
    (code !== 'forbidden' && byCode(code, chat)) ||
    (mends ? t('it can’t be sent as it is') : t('that’s not possible right now'));
  return `${words.charAt(0).toLocaleUpperCase(locale)}${words.slice(1)}.`;
}
