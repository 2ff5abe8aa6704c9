/**
 * Why a message was not sent, and whether it may be sent again. Pure.
 *
 * @import { Refusal } from './client/types.js'
 */

import { byCode } from './refusals.js';
import { locale, t } from './words.js';

const FINAL = new Set(['chat_closed', 'too_large', 'forbidden', 'not_found', 'invalid']);

/** A few words that fit after "Not sent". @param {Refusal|null|undefined} refusal */
export function reasonOf(refusal) {
  const words = byCode(refusal?.code, refusal?.chat);
  // Other details of the desk are in English.
  if (words || !refusal || !locale.startsWith('en')) return words || (refusal ? t('it can’t be sent as it is') : '');
  return (refusal.fields?.text ?? refusal.fields?.files ?? refusal.message)
    .replace(/^./u, (first) => first.toLowerCase())
    .replace(/\.$/u, '');
}

/** True if another text may be accepted. @param {Refusal|null} refusal */
export const mendable = (refusal) => refusal?.code === 'invalid' || (refusal?.code === 'too_large' && !refusal.chat);

/** True if the same message may be accepted later. @param {Refusal|null} refusal */
export const retryable = (refusal) => !FINAL.has(refusal?.code ?? '');
