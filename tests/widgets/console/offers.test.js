import assert from 'node:assert/strict';
import test from 'node:test';
import { Offers } from '../../../widgets/console/static/offers.js';

const NOW = Date.UTC(2026, 10, 25, 12);
/** @param {string} chat @param {number} seconds */
const frame = (chat, seconds, more = {}) => ({
  type: 'chat.offered',
  about: { chat },
  words: 'Hello?',
  next: { id: 'c', name: 'Camille Fournier' },
  ...more,
  expires_at: new Date(NOW + seconds * 1000).toISOString(),
});

/** @param {Offers} offers */
const shown = (offers) => offers.all.map(({ about, why }) => [about.chat, why]);

test('what lapses first is on top, and what a key takes', () => {
  const offers = new Offers();
  offers.offered(frame('later', 30), NOW);
  offers.offered(frame('sooner', 10), NOW);
  assert.deepEqual(shown(offers), [
    ['sooner', ''],
    ['later', ''],
  ]);
  assert.equal(offers.first, 'sooner');
  assert.equal(offers.all[0].whole, 10_000);
});

test('told again, the bar does not begin anew', () => {
  const offers = new Offers();
  offers.offered(frame('a', 30), NOW);
  offers.offered(frame('a', 30), NOW + 20_000);
  assert.equal(offers.all[0].whole, 30_000);
});

test('one that is withdrawn says why, can be had no more, and goes', () => {
  for (const [reason, why] of [
    ['taken', /colleague/u],
    ['ended', /customer left/u],
    ['passed', /^Passed on: .*in time/u],
    ['withdrawn', /^Passed on: .*weren’t available/u],
    ['a reason of another day', /has ended/u],
  ]) {
    const offers = new Offers();
    offers.offered(frame('a', 30), NOW);
    offers.withdrawn('a', /** @type {string} */ (reason), NOW + 5_000);
    assert.match(offers.all[0].why, /** @type {RegExp} */ (why));
    assert.deepEqual([offers.open, offers.first, offers.answer('a')], [[], undefined, false]);
    offers.pass(NOW + 12_000);
    assert.equal(offers.all.length, 1);
    offers.pass(NOW + 13_000);
    assert.equal(offers.all.length, 0);
  }
});

test('one is answered once; refused, it says why', () => {
  const offers = new Offers();
  offers.offered(frame('a', 30), NOW);
  assert.deepEqual([offers.answer('a'), offers.answer('a'), offers.first], [true, false, undefined]);
  offers.refused('a', 'Too late.', NOW);
  assert.deepEqual(shown(offers), [['a', 'Too late.']]);
});

test('a new connection tells all that is offered anew', () => {
  const offers = new Offers();
  offers.offered(frame('old', 30), NOW);
  offers.begin([frame('new', 30)], NOW);
  assert.deepEqual(shown(offers), [['new', '']]);
});

test('where nobody is next, an offer is not passed on but back in the queue', () => {
  const offers = new Offers();
  offers.offered(frame('a', 30, { next: null }), NOW);
  offers.withdrawn('a', 'passed', NOW);
  assert.equal(offers.all[0].why, 'Back in the queue: you didn’t answer in time.');
});
