/**
 * Why mails are held back, and whether their senders are proven.
 *
 * @import { Mail } from './ticket-letters.js'
 */

/** @type {Record<string, string>} */
const REASONS = {
  other_sender: 'It answers a letter to somebody else.',
  unauthenticated: 'Nothing proves that it comes from this address.',
  unknown_address: 'It came to an address that belongs to no team or ticket.',
  revoked_address: 'It came to a reply address that was revoked.',
  closed: 'The ticket has no room for another text.',
  stranger: 'Its sender doesn’t take part in the ticket.',
  loop: 'Too many mails came from this address in a short time.',
  automatic: 'A program wrote it, and it belongs to no ticket.',
  no_sender: 'It names no sender, or several.',
  refused: 'It can’t be added to the ticket.',
  unreadable: 'It can’t be read.',
  blocked: 'A supervisor has blocked its sender.',
};

/** Why a mail is held back. @param {string|null} reason */
export const reasonWords = (reason) => REASONS[reason ?? ''] ?? 'It needs a decision.';

/** @type {Record<string, string>} */
const SENDERS = {
  pass: 'It does come from this address.',
  fail: 'It may come from somebody else: the checks of its sender failed.',
  none: 'Nobody checked whether it comes from this address.',
};

/** What the mail server found out about the sender, in plain words. @param {Mail['authentication']} authentication */
export const senderWords = (authentication) => SENDERS[authentication?.verdict ?? 'none'];
