import assert from 'node:assert/strict';
import test from 'node:test';
import { Watchers } from '../../../widgets/console/static/watchers.js';
import { hello, working } from './support/working.js';

test('who watches a chat is known from the last event, until the next connection', () => {
  const { work, desk } = working(['a']);
  const watchers = new Watchers(work.desk);
  const watched = (/** @type {string[]} */ ...names) =>
    desk.tell('news', { type: 'chat.watched', chat: 'a', by: names.map((name) => ({ id: name, name })) });
  assert.deepEqual(watchers.of('a'), []);
  watched('Ines Moreau', 'Joan Li');
  desk.tell('news', { type: 'typing', chat: 'a', on: true });
  assert.deepEqual(watchers.of('a'), ['Ines Moreau', 'Joan Li']);
  assert.deepEqual(watchers.of('b'), []);
  watched();
  assert.deepEqual(watchers.of('a'), []);
  watched('Joan Li');
  desk.tell('hello', hello(['a']));
  assert.deepEqual(watchers.of('a'), []);
});
