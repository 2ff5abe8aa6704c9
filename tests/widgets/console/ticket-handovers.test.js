import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { TicketHandovers, acknowledgedWords, handoverWords } = await import(
  '../../../widgets/console/static/ticket-handovers.js'
);
const { wasHandedOver } = await import('../../../widgets/console/static/handed-over.js');

/** @import { Ticket } from '../../../widgets/shared/static/types.js' */
/** @import { TicketWork } from '../../../widgets/console/static/ticket-work.js' */
/** @import { Handover, Webhook } from '../../../widgets/console/static/ticket-handovers.js' */

/** @param {Partial<Handover>} [facts] @returns {Handover} */
const handover = (facts) => ({
  id: 3,
  account_team: 'northlake@accounts.example',
  created_at: '',
  sent_at: '2026-11-24T15:00:00.000Z',
  acknowledged_at: null,
  acknowledged_by: null,
  external_ref: null,
  webhook: null,
  ...facts,
});
/** @param {Partial<Webhook>} facts @returns {Webhook} */
const webhook = (facts) => ({ state: 'waiting', attempts: 1, settled_at: null, next_try: '', error: null, ...facts });
const clock = () => '14:05';
const ticket = (/** @type {object} */ facts) =>
  /** @type {Ticket} */ (/** @type {unknown} */ ({ resolution: 'set_up', history: [], ...facts }));

/** Hand-overs whose answers are given one after the other. @param {Array<Handover[]|Error>} answers */
function handovers(...answers) {
  /** @type {unknown[]} */
  const asked = [];
  /** @type {Array<() => void>} */
  const timers = [];
  const it = new TicketHandovers({
    number: 7,
    ask: async (method, path, body) => {
      asked.push(body === undefined ? `${method} ${path}` : [`${method} ${path}`, body]);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return { data: { handovers: answer }, etag: null };
    },
    later: (then) => {
      timers.push(then);
      return setTimeout(() => {}, 0);
    },
  });
  return { it, asked, timers };
}

test('a hand-over says whether it was sent', () => {
  assert.equal(handoverWords(handover(), clock).text, 'Sent to northlake@accounts.example');
  assert.equal(handoverWords(handover({ sent_at: null }), clock).text, 'On its way to northlake@accounts.example');
});

test('a hand-over without an account team says what is missing', () => {
  const { bad, why } = handoverWords(handover({ account_team: null, sent_at: null }), clock);
  assert.ok(bad && why.includes('account team'));
});

test('a failed webhook says why and can be sent again, one that is tried again can be sent now', () => {
  const failed = handoverWords(handover({ webhook: webhook({ state: 'failed', error: 'It answered 500.' }) }), clock);
  assert.deepEqual([failed.why, failed.bad, failed.action], ['It answered 500.', true, 'Send again']);
  const waits = handoverWords(handover({ webhook: webhook({ error: 'It answered 500.' }) }), clock);
  assert.ok(waits.text.includes('14:05') && waits.action === 'Send now');
});

test('an acknowledgment has its reference', () => {
  assert.equal(acknowledgedWords(handover(), String), '');
  const taken = handover({ acknowledged_at: 'today', external_ref: 'FR-12' });
  assert.equal(acknowledgedWords(taken, String), 'Acknowledged today as FR-12');
  const byLetter = { ...taken, acknowledged_by: /** @type {const} */ ('letter'), external_ref: null };
  assert.equal(acknowledgedWords(byLetter, String), 'Acknowledged by northlake@accounts.example today');
});

test('a hand-over to nobody is not read again, because nothing is sent', async () => {
  const { it, timers } = handovers([handover({ account_team: null, sent_at: null })]);
  await it.refresh();
  assert.equal(timers.length, 0);
});

test('hand-overs are read again while one is on its way', async () => {
  const { it, asked, timers } = handovers([handover({ sent_at: null })], [handover()]);
  await it.refresh();
  assert.equal(timers.length, 1);
  await it.refresh();
  assert.equal(timers.length, 1);
  assert.deepEqual(asked, ['GET /api/tickets/7/handovers', 'GET /api/tickets/7/handovers']);
});

test('an acknowledgment is sent with the reference, and a refusal is shown', async () => {
  const { it, asked } = handovers(new Refused(409, { detail: 'No.' }), [handover()]);
  await it.acknowledge(3, '  FR-12 ');
  assert.deepEqual(asked[0], ['POST /api/tickets/7/handovers/3/acknowledge', { external_ref: 'FR-12' }]);
  assert.equal(it.refused.get(3), 'No.');
  assert.equal(it.list.length, 1);
});

test('hand-overs are read once for each state of the ticket', () => {
  const { it, asked } = handovers([handover()]);
  const work = /** @type {TicketWork} */ (Object.assign(new EventTarget(), { ticket: ticket({}) }));
  it.follow(work);
  work.dispatchEvent(new Event('change'));
  assert.equal(asked.length, 1);
  work.ticket = ticket({});
  work.dispatchEvent(new Event('change'));
  assert.equal(asked.length, 2);
});

test('a ticket was handed over if it has or had the code for it', () => {
  assert.equal(wasHandedOver(null), false);
  assert.equal(wasHandedOver(ticket({})), false);
  assert.equal(wasHandedOver(ticket({ resolution: 'enhancement_required' })), true);
  assert.equal(wasHandedOver(ticket({ history: [{ from: 'enhancement_required', to: null }] })), true);
});
