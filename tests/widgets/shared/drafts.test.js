import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import { MemoryStorage } from '../client/support/memory_storage.js';

/** @returns {any} */
function storage() {
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
    kept,
  };
}

test('a draft is there after a reload, each chat’s its own', () => {
  const store = storage();
  new Drafts('u', store).set('a', 'half a sen');
  const again = new Drafts('u', store);
  assert.deepEqual([again.get('a'), again.get('b'), new Drafts('v', store).get('a')], ['half a sen', '', '']);
});

test('what is sent leaves nothing behind', () => {
  const store = storage();
  const drafts = new Drafts('u', store);
  drafts.set('a', 'x');
  drafts.set('a', '');
  assert.equal(store.kept.size, 0);
});

test('without storage a draft lives as long as the page', () => {
  const full = {
    ...storage(),
    setItem: () => {
      throw new Error('full');
    },
    getItem: () => {
      throw new Error('blocked');
    },
  };
  for (const store of [null, full]) {
    const drafts = new Drafts('u', store);
    drafts.set('a', 'x');
    assert.equal(drafts.get('a'), 'x');
    assert.equal(drafts.get('b'), '');
  }
});

test('a text that is stored at the desk stays no draft, in whichever tab it was written', () => {
  const store = new MemoryStorage();
  new Drafts('u', store).set('new', '4111 1111');
  new Drafts('u', store).set('a', 'another');
  new Drafts('v', store).set('new', '4111 1111');
  const here = new Drafts('u', store);
  assert.equal(here.get('new'), '4111 1111');
  here.drop('4111 1111');
  here.drop(null);
  assert.deepEqual([here.get('new'), here.get('a'), store.valuesWith('4111').length], ['', 'another', 1]);
});

test('no draft of any tab is left after clearing, and those of others are', () => {
  const store = new MemoryStorage();
  new Drafts('u', store).set('a', 'mine');
  new Drafts('v', store).set('a', 'somebody else’s');
  const here = new Drafts('u', store);
  here.set('b', 'mine');
  here.clear();
  assert.deepEqual([here.get('a'), here.get('b'), store.length], ['', '', 1]);
  here.set('a', 'again');
  assert.equal(here.get('a'), 'again');
});
