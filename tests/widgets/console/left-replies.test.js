import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';

const { LeftReplies, isStored, settleDraft } = await import('../../../widgets/console/static/left-replies.js');

const LEFT = { text: 'Any news?', status: 'open', seen: 4, files: 0, until: 0 };

function storage() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return /** @type {Storage} */ (
    /** @type {unknown} */ ({
      get length() {
        return kept.size;
      },
      key: (/** @type {number} */ at) => [...kept.keys()][at] ?? null,
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
      removeItem: (/** @type {string} */ key) => kept.delete(key),
    })
  );
}

/** @param {object[]} transcript */
const ticket = (transcript) => /** @type {import('../../../widgets/shared/static/types.js').Ticket} */ ({ transcript });

test('a reply is stored if its writer has written it since, not if an equal one is older, of a chat or of somebody else', () => {
  const own = { seq: 5, from: { id: 'priya' }, text: 'Any news?' };
  assert.equal(isStored(LEFT, ticket([own]), 'priya'), true);
  assert.equal(isStored({ ...LEFT, text: 'Any news?\n' }, ticket([own]), 'priya'), true);
  for (const other of [{ seq: 4 }, { chat: 'c' }, { from: { id: 'bo' } }, { text: 'Any' }])
    assert.equal(isStored(LEFT, ticket([{ ...own, ...other }]), 'priya'), false);
  assert.equal(isStored(LEFT, ticket([]), 'priya'), false);
});

test('what is left is kept for its person until it is dropped, and never without storage', () => {
  const store = storage();
  const left = new LeftReplies('priya', store);
  assert.equal(left.keep(7, LEFT), true);
  left.keep(12, LEFT);
  left.delay(7, 99);
  left.delay(8, 99);
  assert.deepEqual([left.of(7)?.until, left.of(8), left.all], [99, null, [7, 12]]);
  assert.deepEqual(new LeftReplies('mateo', store).all, []);
  left.drop(7);
  assert.deepEqual([left.of(7), left.all], [null, [12]]);
  assert.equal(new LeftReplies('priya', null).keep(7, LEFT), false);
});

test('a draft that the desk has is settled, another text stays', () => {
  const drafts = new Drafts('ticket.priya', storage());
  for (const key of ['7', '7.key', '8']) drafts.set(key, LEFT.text);
  settleDraft(drafts, 7, LEFT);
  settleDraft(drafts, 8, { ...LEFT, text: 'Another' });
  assert.deepEqual([drafts.get('7'), drafts.get('7.key'), drafts.get('8')], ['', '', LEFT.text]);
});
