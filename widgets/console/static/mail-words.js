/**
 * Words about the mail of a ticket.
 *
 * @import { Address, Letter, Mail, Words } from './ticket-letters.js'
 */

/** @type {Record<string, string>} */
const NAMES = {
  received: 'Receipt',
  reply: 'Reply',
  rule_reply: 'Reply by a rule',
  reminder_1: 'First reminder',
  reminder_2: 'Second reminder',
  auto_solved: 'Notice that it is solved',
  solved: 'Notice that it is solved',
  reopened: 'Notice that it is open again',
  handover_notice: 'Notice of the hand-over',
  issue_solved: 'Notice that the issue is solved',
  confirm_ticket: 'Link to confirm the address',
  transcript: 'Transcript',
  assigned: 'Notice to the assignee',
  customer_replied: 'Notice to the assignee',
  handover: 'Hand-over',
};

/** @param {Letter} letter @param {(moment: string) => string} clock the time, and the day if it is not today @returns {Words} */
export function letterWords({ to, bare, state, created_at, next_try, error, bounced_at, covered_by }, clock) {
  const words = (/** @type {string} */ text, action = '') => ({ text, why: error ?? '', bad: error !== null, action });
  const at = next_try === null ? '' : clock(next_try);
  if (state === 'failed' && bounced_at !== null) return words(`Mail to ${to} came back`, 'Send again');
  if (state === 'failed') return words(`Not mailed to ${to}`, 'Send again');
  if (state === 'waiting' && error !== null) return words(`Not mailed to ${to} yet. Next try at ${at}`, 'Send now');
  const together = covered_by === null ? '' : ', in one mail with others';
  if (state === 'accepted')
    return words(bare ? `Mailed number and link to ${to}${together}. The address is not confirmed` : `Mailed to ${to}`);
  if (together) return words(`Number and link are on their way to ${to}${together}`);
  // The limit of an address that is not confirmed.
  if (bare && (next_try ?? '') > created_at)
    return words(`Number and link go to ${to} at ${at}. The address is not confirmed: one mail an hour`);
  return words(`On its way to ${to}`);
}

/** @param {{kind: string}} letter */
export const letterName = ({ kind }) => NAMES[kind] ?? 'Letter';

/** @type {Record<string, string>} */
const MATCHED = {
  reply_address: 'found by the reply address',
  message_id: 'found as an answer to our letter',
  references: 'found as an answer to an earlier mail',
};
const PROVEN = { pass: 'sender proven', fail: 'sender not proven', none: 'sender not checked' };

/** How a mail came to be on the ticket. `why`: what speaks against its sender. @param {Mail} mail @returns {Words} */
export function mailWords({ from, matched_by, authentication }) {
  const verdict = authentication?.verdict ?? 'none';
  const text = [`By mail from ${from}`, MATCHED[matched_by ?? ''] ?? 'opened this ticket', PROVEN[verdict]].join(', ');
  const bad = verdict === 'fail';
  return { text, why: bad ? (authentication?.detail ?? '') : '', bad, action: '' };
}

/** What the requester's address is known to do. @param {Address} address @param {(moment: string) => string} stamp @returns {Words} */
export function addressWords({ verified, health, since, why }, stamp) {
  const at = since === null ? '' : stamp(since);
  if (health === 'bounced')
    return { text: `Came back (${at}): no reminders, no auto-solving`, why: why ?? '', bad: true, action: 'Try again' };
  if (health === 'soft') return { text: `Delayed (${at})`, why: why ?? '', bad: true, action: '' };
  return { text: verified ? 'Arrives' : 'Not confirmed: number and link only', why: '', bad: false, action: '' };
}
