import assert from 'node:assert/strict';
import test from 'node:test';
import { TypingSign, TypingSignal, endsTyping } from '../../../widgets/shared/static/typing.js';

test('many keys are one frame, and thinking ends it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {boolean[]} */
  const told = [];
  const signal = new TypingSignal((on) => told.push(on));
  for (const at of [10_000, 10_100, 12_000]) signal.touch(at);
  assert.deepEqual(told, [true]);
  signal.touch(13_500);
  assert.deepEqual(told, [true, true]);
  t.mock.timers.tick(5_001);
  assert.deepEqual(told, [true, true, false]);
  signal.stop();
  assert.deepEqual(told, [true, true, false]);
});

test('where the other side sees the text, it is told each second, and the last one too', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let told = 0;
  const signal = new TypingSignal(
    () => {
      told += 1;
    },
    () => true,
  );
  for (const at of [10_000, 10_400, 10_800]) signal.touch(at);
  assert.equal(told, 1);
  t.mock.timers.tick(201);
  assert.equal(told, 2);
  signal.touch(11_900);
  signal.stop();
  t.mock.timers.tick(2_000);
  assert.equal(told, 3, 'a text that was sent is not told after its end');
});

test('dots that nobody renews go away by themselves', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {any[]} */
  const shown = [];
  const sign = new TypingSign((sender) => shown.push(sender));
  const from = { kind: 'staff', id: 'u', name: 'Priya' };
  sign.on({ type: 'typing', from, on: true });
  t.mock.timers.tick(4_000);
  sign.on({ type: 'typing', from, on: true });
  t.mock.timers.tick(4_000);
  assert.deepEqual(shown, [from, from]);
  t.mock.timers.tick(2_001);
  assert.equal(shown.at(-1), null);
});

test('who has sent what they typed, or cannot any longer, types no more; what the other side sends changes nothing', () => {
  const frame = (/** @type {string} */ type, /** @type {'customer'|'staff'} */ kind) => ({
    type,
    chat: 'c',
    seq: 1,
    prev: 0,
    at: '',
    from: { kind, id: 'x', name: 'Sofía' },
  });
  assert.deepEqual(
    ['message', 'chat.closed', 'note'].map((type) => endsTyping(frame(type, 'staff'), 'customer')),
    [false, true, false],
  );
  assert.deepEqual(
    ['message', 'chat.closed', 'chat.rated'].map((type) => endsTyping(frame(type, 'customer'), 'customer')),
    [true, true, false],
  );
});
