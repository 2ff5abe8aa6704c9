import assert from 'node:assert/strict';
import test from 'node:test';
import { actionOf, neighbour } from '../../../widgets/console/static/keys.js';

const AT = { mac: false, writing: false, single: true };

/** @param {string} code @param {Partial<import('../../../widgets/console/static/keys.js').Key>} [more] */
const key = (code, more = {}) => ({
  code,
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});

test('single keys act outside fields alone, and can be switched off', () => {
  for (const [code, does] of [
    ['KeyR', 'reply'],
    ['KeyN', 'note'],
    ['KeyT', 'transfer'],
    ['KeyA', 'accept'],
    ['KeyP', 'pass'],
    ['KeyL', 'take'],
    ['KeyE', 'close'],
    ['KeyS', 'status'],
    ['KeyJ', 'down'],
    ['KeyK', 'up'],
    ['KeyO', 'earlier'],
    ['KeyF', 'filter'],
  ]) {
    assert.deepEqual(actionOf(key(code), AT), { do: does });
    assert.equal(actionOf(key(code), { ...AT, writing: true }), null);
    assert.equal(actionOf(key(code), { ...AT, single: false }), null);
  }
});

test('signs act wherever a keyboard has them', () => {
  for (const [sign, does] of [
    ['?', 'sheet'],
    ['/', 'search'],
    ['[', 'up'],
    [']', 'down'],
  ]) {
    assert.deepEqual(actionOf(key('KeyX', { key: sign, shiftKey: true }), AT), { do: does });
    assert.equal(actionOf(key('KeyX', { key: sign }), { ...AT, writing: true }), null);
  }
});

test('figures lead to chats by their place', () => {
  assert.deepEqual(actionOf(key('Digit1'), AT), { do: 'chat', place: 1 });
  assert.deepEqual(actionOf(key('Digit9'), AT), { do: 'chat', place: 9 });
  assert.equal(actionOf(key('Digit0'), AT), null);
});

test('by the place of the key, whatever sign another layout has there; the question mark by its sign', () => {
  assert.deepEqual(actionOf(key('KeyR', { key: 'к' }), AT), { do: 'reply' });
  assert.deepEqual(actionOf(key('Minus', { key: '?', shiftKey: true }), AT), { do: 'sheet' });
  assert.equal(actionOf(key('KeyR', { shiftKey: true }), AT), null);
});

test('some keys act while one writes too', () => {
  const writing = { ...AT, writing: true, single: false };
  assert.deepEqual(actionOf(key('ArrowDown', { altKey: true }), writing), { do: 'next' });
  assert.deepEqual(actionOf(key('ArrowUp', { altKey: true }), writing), { do: 'before' });
  assert.deepEqual(actionOf(key('KeyK', { ctrlKey: true }), writing), { do: 'find' });
  assert.deepEqual(actionOf(key('Slash', { ctrlKey: true }), writing), { do: 'sheet' });
  assert.deepEqual(actionOf(key('Escape'), writing), { do: 'leave' });
  assert.equal(actionOf(key('Escape'), AT), null);
});

test('on a Mac ⌘ stands for Ctrl, and Ctrl for nothing', () => {
  const mac = { ...AT, mac: true };
  assert.deepEqual(actionOf(key('KeyK', { metaKey: true }), mac), { do: 'find' });
  assert.equal(actionOf(key('KeyK', { ctrlKey: true }), mac), null);
  assert.equal(actionOf(key('KeyK', { metaKey: true }), AT), null);
});

test('a key that is held, and one of an input method, mean nothing', () => {
  assert.equal(actionOf(key('KeyE', { repeat: true }), AT), null);
  assert.equal(actionOf(key('KeyK', { ctrlKey: true, repeat: true }), AT), null);
  assert.equal(actionOf(key('Escape', { isComposing: true }), { ...AT, writing: true }), null);
});

test('a list is walked around and around, from nowhere to its first or last', () => {
  assert.equal(neighbour(['a', 'b', 'c'], 'c', 1), 'a');
  assert.equal(neighbour(['a', 'b', 'c'], 'a', -1), 'c');
  assert.equal(neighbour(['a', 'b'], null, 1), 'a');
  assert.equal(neighbour(['a', 'b'], 'gone', -1), 'b');
  assert.equal(neighbour([], 'a', 1), null);
});
