import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { inBanner, standing } = await import('../../../widgets/console/static/open-incidents.js');

/** @param {number} id @param {string} began @param {string|null} ended */
const incident = (id, began, ended = null) => ({
  id,
  title: `Incident ${id}`,
  step: ended ? 'resolved' : 'identified',
  began_at: began,
  resolved_at: ended,
});

test('inBanner gives the newest open incident, else the one that ended last', () => {
  const old = incident(1, '2026-11-29T08:00:00.000Z');
  const newest = incident(2, '2026-11-29T09:00:00.000Z');
  const first = incident(3, '2026-11-29T10:00:00.000Z', '2026-11-29T11:00:00.000Z');
  const last = incident(4, '2026-11-29T07:00:00.000Z', '2026-11-29T11:30:00.000Z');
  assert.deepEqual(inBanner([old, first, newest, last]), { newest, others: 1 });
  assert.deepEqual(inBanner([first, last]), { newest: last, others: 0 });
  assert.equal(inBanner([]), null);
});

test('standing says the step and the number of the others', () => {
  const one = incident(1, '2026-11-29T08:00:00.000Z');
  assert.equal(standing(one, 0), 'We know why and are fixing it.');
  assert.equal(standing(one, 1), 'We know why and are fixing it. 1 more incident is open.');
  assert.equal(standing(one, 2), 'We know why and are fixing it. 2 more incidents are open.');
});

test('standing says since when an incident is over', () => {
  const over = incident(1, '2026-11-29T08:00:00.000Z', '2026-11-29T09:05:00.000Z');
  assert.match(standing(over, 0), /^It is over: back to normal since \d\d[:.]05/);
});
