import assert from 'node:assert/strict';
import test from 'node:test';
import { idsBy } from '../../../widgets/shared/static/client/ids.js';
import { Outbox, laneOf } from '../../../widgets/shared/static/client/outbox.js';
import { Kept } from '../../../widgets/shared/static/client/storage.js';
import { MemoryStorage } from './support/memory_storage.js';

const newId = idsBy(() => 1_763_900_000_000);

/** @param {string} text @param {string} [chat] @returns {import('../../../widgets/shared/static/client/types.js').Entry} */
const entryOf = (text, chat = 'c') => ({
  id: newId(),
  type: 'message.send',
  fields: { chat, text },
  status: 'sending',
  refusal: null,
  at: 1,
});

test('what was written is there for the next page, in order, as it stood', () => {
  const storage = new MemoryStorage();
  const outbox = new Outbox(new Kept('s.', storage));
  const [one, two, three] = [entryOf('one'), entryOf('two', 'd'), entryOf('three')];
  for (const entry of [three, one, two]) outbox.put(entry);
  outbox.put({ ...two, status: 'failed', refusal: { code: 'invalid', message: 'No.' } });
  const next = new Outbox(new Kept('s.', storage));
  assert.deepEqual(
    next.all().map(({ fields }) => fields.text),
    ['one', 'two', 'three'],
  );
  assert.deepEqual(
    next.all('c').map(({ fields }) => fields.text),
    ['one', 'three'],
  );
  assert.equal(next.get(two.id)?.status, 'failed');
  assert.equal(next.get(two.id)?.refusal?.code, 'invalid');
  assert.equal(next.last, three.id);
});

test('two tabs on one storage never write over one another’s', () => {
  const storage = new MemoryStorage();
  const [here, there] = [new Outbox(new Kept('s.', storage)), new Outbox(new Kept('s.', storage))];
  const [one, two] = [entryOf('one'), entryOf('two')];
  here.put(one);
  there.put(two);
  here.remove(one.id);
  assert.deepEqual(new Outbox(new Kept('s.', storage)).all(), [two]);
  here.load();
  assert.deepEqual(here.all(), [two]);
});

test('what is no entry is cleared away and stops nothing', () => {
  const storage = new MemoryStorage();
  for (const [at, text] of ['', 'nonsense', '{"id":1}', 'null', '{"id":"x","type":"t","fields":null}'].entries())
    storage.setItem(`s.outbox.${at}`, text);
  const entry = entryOf('one');
  storage.setItem(`s.outbox.${entry.id}`, JSON.stringify(entry));
  assert.deepEqual(new Outbox(new Kept('s.', storage)).all(), [entry]);
  assert.equal(storage.length, 1);
});

test('what another tab with a socket of its own settled is gone here too, unless somebody here waits for it', () => {
  const outbox = new Outbox(new Kept('s.', new MemoryStorage()));
  const [one, two, three] = [entryOf('one'), entryOf('two'), entryOf('three')];
  outbox.put(one);
  outbox.put(two);
  const mine = (/** @type {string} */ id) => id === one.id;
  assert.equal(outbox.elsewhere(`outbox.${one.id}`, null, mine), false);
  assert.equal(outbox.elsewhere(`outbox.${two.id}`, null, mine), true);
  assert.equal(outbox.elsewhere(`outbox.${three.id}`, JSON.stringify(three), mine), true);
  assert.equal(outbox.elsewhere('token', 'x', mine), false);
  assert.deepEqual(outbox.all(), [one, three]);
});

test('commands of one chat share a lane; a chat that is only to begin has its own', () => {
  const start = { ...entryOf('hello'), type: 'chat.start', fields: { team: 'media', text: 'hello' } };
  assert.equal(laneOf(entryOf('a', 'c')), laneOf(entryOf('b', 'c')));
  assert.notEqual(laneOf(start), laneOf({ ...start, id: newId() }));
});
