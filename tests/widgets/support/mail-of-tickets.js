/**
 * Letters and mails of a ticket, as the desk describes them.
 *
 * @import { Letter, Mail } from '../../../widgets/console/static/ticket-letters.js'
 */

/** @param {Partial<Letter>} [facts] @returns {Letter} */
export const letter = (facts) => ({
  id: 1,
  kind: 'reply',
  to: 'ana@northlake.example',
  reply: 4,
  bare: false,
  state: 'accepted',
  created_at: '',
  settled_at: null,
  next_try: null,
  error: null,
  bounced_at: null,
  covered_by: null,
  ...facts,
});

/** @param {Partial<Mail>} [facts] @returns {Mail} */
export const mail = (facts) => ({
  id: 9,
  received_at: '',
  from: 'ana@northlake.example',
  subject: 'Re: Printer',
  state: 'done',
  kind: 'reply',
  reason: null,
  matched_by: 'reply_address',
  authentication: { verdict: 'pass', detail: 'dmarc=pass' },
  reply: 5,
  has_quoted: true,
  ...facts,
});
