import assert from 'node:assert/strict';
import test from 'node:test';
import { Memory } from '../../../widgets/customer/static/memory.js';
import { MemoryStorage } from '../client/support/memory_storage.js';

test('what is remembered is there on the next page, under a name of its own', () => {
  const storage = new MemoryStorage();
  new Memory(storage).set('name', 'Danielle');
  assert.equal(new Memory(storage).get('name'), 'Danielle');
  assert.equal(storage.getItem('switchboard.customer.name'), 'Danielle');
  new Memory(storage).set('name', '');
  assert.equal(new Memory(storage).get('name'), null);
});

test('where storage is blocked or full it holds until the page is left', () => {
  const full = {
    getItem: () => {
      throw new Error('blocked');
    },
    setItem: () => {
      throw new Error('full');
    },
    removeItem: () => {
      throw new Error('blocked');
    },
  };
  for (const storage of [null, full]) {
    const memory = new Memory(storage);
    memory.set('chat', 'c');
    assert.equal(memory.get('chat'), 'c');
    memory.set('chat', null);
    assert.equal(memory.get('chat'), null);
  }
});
