import assert from 'node:assert/strict';
import test from 'node:test';
import { Visit } from '../../../widgets/customer/static/visit.js';
import '../support/served.js';

const { aheadWords, closedWords, headWords, lateWords } = await import('../../../widgets/customer/static/sentences.js');

/** @type {import('../../../widgets/shared/static/types.js').Team} */
const MEDIA = {
  team: 'media',
  name: 'Media',
  products: [],
  open: true,
  opens_at: null,
  closes_at: null,
  waiting: 0,
  wait_s: null,
};
const FORM = {
  ticket: false,
  team: MEDIA,
  now: 0,
  zones: { desk: 'America/New_York', reader: 'America/Chicago' },
  brand: 'Northlake',
};

test('who is ahead is told where there is anybody, and for how long where the desk says so', () => {
  assert.equal(aheadWords(MEDIA), '');
  assert.equal(aheadWords(undefined), '');
  assert.equal(aheadWords({ ...MEDIA, wait_s: 0 }), '');
  assert.equal(aheadWords({ ...MEDIA, wait_s: 200 }), 'Nobody is in line. We answer in about 3 minutes.');
  assert.equal(aheadWords({ ...MEDIA, waiting: 1 }), '1 person ahead of you');
  assert.equal(aheadWords({ ...MEDIA, waiting: 2, wait_s: 200 }), '2 people ahead of you, about 3 minutes');
});

test('the bar says who answers, and how it stands with them', () => {
  const visit = new Visit();
  assert.deepEqual(headWords(visit, FORM), ['Chat with Northlake', 'Opening']);
  visit.teams = [MEDIA];
  visit.begin('form');
  assert.deepEqual(headWords(visit, FORM), ['Chat with Northlake', 'Media is open now']);
  assert.deepEqual(headWords(visit, { ...FORM, ticket: true, team: { ...MEDIA, open: false } }), [
    'Leave us a message',
    'Media is closed now',
  ]);
  const unchosen = { ...FORM, team: undefined, shut: false, unstaffed: false };
  assert.deepEqual(headWords(visit, unchosen)[1], 'Open now');
  assert.deepEqual(headWords(visit, { ...unchosen, shut: true })[1], 'Closed now');
  assert.deepEqual(headWords(visit, { ...unchosen, unstaffed: true })[1], 'Open, nobody free right now');
  visit.begin('queued');
  visit.team = 'media';
  assert.deepEqual(headWords(visit, FORM), ['Media support', 'Media is open now']);
  visit.phase = 'active';
  visit.agent = { id: 'u', name: 'Priya Raman', connected: true };
  assert.deepEqual(headWords(visit, FORM), ['Priya Raman', 'Media support']);
  visit.agent.connected = false;
  assert.deepEqual(headWords(visit, FORM), ['Priya Raman', 'Reconnecting']);
  visit.phase = 'closed';
  assert.deepEqual(headWords(visit, FORM), ['Chat ended', 'Media support']);
});

test('a closed team names the closure, where the hours file has a name for it', () => {
  const closed = { ...MEDIA, open: false };
  assert.equal(closedWords(closed, 0, FORM.zones), 'Media is closed');
  assert.equal(closedWords({ ...closed, closure: 'Thanksgiving' }, 0, FORM.zones), 'Thanksgiving: Media is closed');
});

test('who would wait beyond closing is told before they begin', () => {
  const closes = { ...MEDIA, closes_at: '2026-11-25T22:00:00.000Z', wait_s: 1200 };
  const at = (/** @type {string} */ clock) => new Date(`2026-11-25T${clock}:00.000Z`).getTime();
  assert.match(
    lateWords(closes, at('21:45'), FORM.zones),
    /^Media closes at 17:00.*, and the wait is about 20 minutes: we may not reach you before that\.$/u,
  );
  for (const [team, clock] of /** @type {Array<[import('../../../widgets/shared/static/types.js').Team, string]>} */ ([
    [closes, '21:30'],
    [{ ...closes, wait_s: null }, '21:59'],
    [{ ...closes, open: false }, '21:59'],
    [{ ...closes, closes_at: null }, '21:59'],
  ]))
    assert.equal(lateWords(team, at(clock), FORM.zones), '');
  assert.equal(lateWords(undefined, 0, FORM.zones), '');
});
