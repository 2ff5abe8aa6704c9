/**
 * Sentences for refusals. Pure.
 *
 * @import { Refusal } from './client/types.js'
 */

import { locale, t } from './words.js';

const FINAL = new Set(['chat_closed', 'too_large', 'forbidden', 'not_found', 'invalid']);

/** A few words that fit after "Not sent", by the code. @param {string} [code] @param {string} [chat] that the refusal is about */
function byCode(code, chat) {
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

/** A few words that fit after "Not sent". @param {Refusal|null|undefined} refusal */
export function reasonOf(refusal) {
  const words = byCode(refusal?.code, refusal?.chat);
  // Other details of the desk are in English.
  if (words || !refusal || !locale.startsWith('en')) return words || (refusal ? t('it can’t be sent as it is') : '');
  return (refusal.fields?.text ?? refusal.fields?.files ?? refusal.message)
    .replace(/^./u, (first) => first.toLowerCase())
    .replace(/\.$/u, '');
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

/** True if another text may be accepted. @param {Refusal|null} refusal */
export const mendable = (refusal) => refusal?.code === 'invalid' || (refusal?.code === 'too_large' && !refusal.chat);

/** True if the same message may be accepted later. @param {Refusal|null} refusal */
export const retryable = (refusal) => !FINAL.has(refusal?.code ?? '');
