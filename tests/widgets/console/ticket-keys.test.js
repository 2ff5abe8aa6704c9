import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { keysOf } = await import('../../../widgets/console/static/ticket-keys.js');

/** A page whose ticket may still be on its way. @param {object|null} ticket */
function page(ticket) {
  const did = /** @type {string[]} */ ([]);
  const work = Object.assign(new EventTarget(), {
    ticket,
    form: { assignee: null },
    changed: [],
    set: (/** @type {string} */ name) => did.push(`set ${name}`),
    save: () => did.push('save'),
  });
  const part = (/** @type {string} */ id) => ({ click: () => did.push(id), focus: () => did.push(`${id} focus`) });
  const parts = /** @type {Record<string, object>} */ ({
    'composer-part': { updateComplete: Promise.resolve() },
    'as-reply': part('as-reply'),
    'as-note': part('as-note'),
    reply: part('reply'),
  });
  const shown = (/** @type {string} */ id) => (id === 'composer-part' || work.ticket ? parts[id] : null);
  Object.assign(globalThis, { document: { getElementById: shown, activeElement: null, querySelector: () => null } });
  return { did, work, keys: keysOf(7, 'me', () => /** @type {never} */ (/** @type {unknown} */ (work))) };
}

test('a reply that is begun before the ticket is there begins with it, and what is typed meanwhile does nothing', async () => {
  const { did, work, keys } = page(null);
  keys.reply?.();
  keys.note?.();
  work.ticket = {};
  keys.accept?.();
  assert.deepEqual(did, []);
  work.dispatchEvent(new Event('change'));
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(did, ['as-reply', 'reply focus']);
  keys.accept?.();
  assert.deepEqual(did.slice(2), ['set assignee', 'save']);
});

test('a note is begun at once on a ticket that is there', () => {
  const { did, keys } = page({});
  keys.note?.();
  assert.deepEqual(did, ['as-note', 'reply focus']);
});
