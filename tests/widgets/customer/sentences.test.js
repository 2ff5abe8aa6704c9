import assert from 'node:assert/strict';
import test from 'node:test';
import { Visit } from '../../../widgets/customer/static/visit.js';
import '../support/served.js';

const { aheadWords, headWords, placeWords } = await import('../../../widgets/customer/static/sentences.js');

/** @type {import('../../../widgets/shared/static/types.js').Team} */
const MEDIA = { team: 'media', name: 'Media', products: [], open: true, opens_at: null, closes_at: null, waiting: 0, wait_s: null };
const FORM = { ticket: false, team: MEDIA, now: 0, zones: { desk: 'America/New_York', reader: 'America/Chicago' } };

test('who is ahead is told where there is anybody, and for how long where the desk says so', () => {
  assert.equal(aheadWords(MEDIA), '');
  assert.equal(aheadWords(undefined), '');
  assert.equal(aheadWords({ ...MEDIA, waiting: 1 }), '1 person ahead of you');
  assert.equal(aheadWords({ ...MEDIA, waiting: 2, wait_s: 200 }), '2 people ahead of you, about 3 minutes');
});

test('the bar says who answers, and how it stands with them', () => {
  const visit = new Visit();
  assert.deepEqual(headWords(visit, FORM), ['Chat with us', 'Opening']);
  visit.teams = [MEDIA];
  visit.begin('form');
  assert.deepEqual(headWords(visit, FORM), ['Chat with us', 'Media is open now']);
  assert.deepEqual(headWords(visit, { ...FORM, ticket: true, team: { ...MEDIA, open: false } }), ['Leave us a message', 'Media is closed now']);
  visit.begin('queued');
  visit.team = 'media';
  assert.deepEqual(headWords(visit, FORM), ['Media support', 'You’re in line']);
  visit.phase = 'active';
  visit.agent = { id: 'u', name: 'Priya Raman', connected: true };
  assert.deepEqual(headWords(visit, FORM), ['Priya Raman', 'Media support']);
  visit.agent.connected = false;
  assert.deepEqual(headWords(visit, FORM), ['Priya Raman', 'Reconnecting']);
  visit.phase = 'closed';
  assert.deepEqual(headWords(visit, FORM), ['Chat ended', 'Media support']);
});

test('a place without an estimate promises none', () => {
  assert.equal(placeWords(3, 240), 'You’re number 3 in line, about 4 minutes');
  assert.equal(placeWords(3, null), 'You’re number 3 in line');
  assert.equal(placeWords(1, 60), 'You’re next, about 1 minute');
  assert.equal(placeWords(1, null), 'You’re next');
  assert.equal(placeWords(null, null), 'You’re in line');
});
