import assert from 'node:assert/strict';
import test from 'node:test';

const { UndoChoice, UndoSend } = await import('../../../widgets/console/static/undo-send.js');

function holding() {
  /** @type {Array<() => void>} */
  const timers = [];
  /** @type {string[]} */
  const told = [];
  let now = 0;
  const held = new UndoSend({
    changed: () => told.push('drawn'),
    send: () => told.push('sent'),
    later: (then) => timers.push(then),
    now: () => now,
  });
  const pass = (/** @type {number} */ ms) => {
    now += ms;
    for (const then of timers.splice(0)) then();
  };
  return { held, told, pass };
}

test('a reply is sent once the time is over, and counts down until then', () => {
  const { held, told, pass } = holding();
  held.hold(5);
  assert.deepEqual([held.holding, held.left], [true, 5]);
  pass(1_000);
  assert.deepEqual([held.left, told.includes('sent')], [4, false]);
  pass(4_000);
  assert.deepEqual([held.holding, held.left, told.filter((one) => one === 'sent').length], [false, 0, 1]);
  pass(5_000);
  assert.equal(told.filter((one) => one === 'sent').length, 1);
});

test('what was taken back is not sent, and what is held anew has its whole time', () => {
  const { held, told, pass } = holding();
  held.hold(5);
  pass(4_000);
  held.drop();
  held.hold(5);
  pass(1_500);
  assert.deepEqual([held.left, told.includes('sent')], [4, false]);
  held.drop();
  pass(60_000);
  assert.equal(told.includes('sent'), false);
});

test('replies are sent at once unless their writer chose seconds', () => {
  const kept = new Map();
  const storage = /** @type {Storage} */ (
    /** @type {unknown} */ ({
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    })
  );
  assert.equal(new UndoChoice('priya', storage).seconds, 0);
  new UndoChoice('priya', storage).seconds = 10;
  assert.deepEqual([new UndoChoice('priya', storage).seconds, new UndoChoice('mateo', storage).seconds], [10, 0]);
  kept.set('switchboard.undo_send.priya', '3600');
  assert.deepEqual([new UndoChoice('priya', storage).seconds, new UndoChoice('priya', null).seconds], [0, 0]);
});
