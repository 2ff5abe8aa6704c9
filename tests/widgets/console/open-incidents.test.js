import assert from 'node:assert/strict';
import test from 'node:test';
import { inIncidentMode, standing } from '../../../widgets/console/static/open-incidents.js';

/** @param {number} id @param {string} began @param {boolean} banner */
const incident = (id, began, banner) => ({ id, title: `Incident ${id}`, step: 'identified', began_at: began, banner });

test('inIncidentMode gives the newest incident with a banner', () => {
  const old = incident(1, '2026-11-29T08:00:00.000Z', true);
  const newest = incident(2, '2026-11-29T09:00:00.000Z', true);
  const silent = incident(3, '2026-11-29T10:00:00.000Z', false);
  assert.deepEqual(inIncidentMode([old, newest, silent]), { newest, others: 1 });
  assert.equal(inIncidentMode([silent]), null);
});

test('standing says the step and the number of the others', () => {
  const one = incident(1, '2026-11-29T08:00:00.000Z', true);
  assert.equal(standing(one, 0), 'We know why and are fixing it.');
  assert.equal(standing(one, 1), 'We know why and are fixing it. 1 more incident is open.');
  assert.equal(standing(one, 2), 'We know why and are fixing it. 2 more incidents are open.');
});
