import assert from 'node:assert/strict';
import test from 'node:test';
import { freeCorner } from '../../../widgets/console/static/free-corner.js';

const CARD = { width: 400, height: 200 };
const ROOM = { width: 1280, height: 800, top: 48 };

/** @param {number} left @param {number} top @param {number} right @param {number} bottom */
const field = (left, top, right, bottom) => ({ left, top, right, bottom });

test('a card stands at the bottom right, and elsewhere where that covers the field in use', () => {
  assert.equal(freeCorner(CARD, ROOM, null), 'end');
  assert.equal(freeCorner(CARD, ROOM, field(0, 700, 800, 790)), 'end');
  assert.equal(freeCorner(CARD, ROOM, field(900, 650, 1270, 690)), 'start');
  assert.equal(freeCorner(CARD, ROOM, field(100, 700, 1000, 790)), 'top');
});

test('on a phone it leaves the foot to a field in use', () => {
  const card = { width: 390, height: 220 };
  assert.equal(freeCorner(card, { width: 390, height: 844, top: 52 }, field(8, 760, 382, 830)), 'top');
});

test('a field that fills the window leaves no other place', () => {
  assert.equal(freeCorner(CARD, ROOM, field(0, 48, 1280, 800)), 'end');
});
