/**
 * Why a message was not sent, for whoever wrote it. Pure.
 *
 * @import { Refusal } from './client/types.js'
 */

/** @type {Record<string, string>} */
const REASONS = {
  chat_closed: 'this chat is closed', too_large: 'it is too long', forbidden: 'this chat is with a colleague', not_found: 'this chat is gone',
  unavailable: 'it can’t be stored right now', rate_limited: 'too many at once', held: 'the one before it was not sent',
};
const FINAL = new Set(['chat_closed', 'too_large', 'forbidden', 'not_found', 'invalid']);

/** A few words that fit after "Not sent". @param {Refusal|null|undefined} refusal */
export function reasonOf(refusal) {
  const said = refusal?.fields?.text ?? refusal?.fields?.files ?? refusal?.message ?? '';
  return REASONS[refusal?.code ?? ''] ?? said.replace(/\.$/u, '');
}

/** Can the same message go through at another time? @param {Refusal|null} refusal */
export const retryable = (refusal) => !FINAL.has(refusal?.code ?? '');
