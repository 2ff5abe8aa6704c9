import assert from 'node:assert/strict';
import test from 'node:test';

import { asked, chips, everywhere, figures, hrefOf, queryOf, viewOf } from '../../../widgets/console/static/views.js';

const WORDS = {
  team: (/** @type {string} */ key) => key.toUpperCase(),
  person: (/** @type {string} */ id) => id,
  requester: () => 'Ana',
  day: (/** @type {string} */ date) => date,
};

test('an address without anything is all open work, and one’s own are those of whoever reads', () => {
  assert.equal(viewOf(asked('').view).name, 'All open work');
  assert.equal(String(queryOf(asked(''), 'u1')), 'status=open&status=awaiting_reply&status=fixed_pending_rca');
  assert.deepEqual(queryOf(asked('?view=mine'), 'u1').getAll('assignee'), ['u1']);
  assert.deepEqual(queryOf(asked('?view=nobody&assignee=u2'), 'u1').getAll('assignee'), ['nobody']);
});

test('filters narrow a view, and each can be taken away alone', () => {
  const now = asked(
    '?view=all&team=media&product=Lumina&channel=form&assignee=u2&since=2026-11-20&q=invoice&sort=created_at',
  );
  const query = queryOf(now, 'u1', 'next');
  assert.deepEqual(
    [...query].filter(([name]) => name !== 'updated_from'),
    [
      ['team', 'media'],
      ['product', 'Lumina'],
      ['channel', 'form'],
      ['q', 'invoice'],
      ['sort', 'created_at'],
      ['assignee', 'u2'],
      ['cursor', 'next'],
    ],
  );
  assert.equal(new Date(query.get('updated_from') ?? '').getTime(), new Date('2026-11-20T00:00').getTime());
  const shown = chips(now, WORDS);
  assert.deepEqual(
    shown.map(({ name, value }) => `${name} ${value}`),
    ['Team MEDIA', 'Product Lumina', 'Channel Request form', 'Assignee u2', 'Updated since 2026-11-20'],
  );
  assert.equal(hrefOf(now, shown[0].without).includes('team='), false);
  assert.equal(hrefOf(asked(''), {}), '/tickets');
});

test('tickets of a person, an address and a company are found by the page’s address', () => {
  const now = asked('?view=all&requester=v1&email=ana@northlake.example&client=Northlake');
  assert.deepEqual(Object.fromEntries(queryOf(now, 'u1')), {
    requester: 'v1',
    email: 'ana@northlake.example',
    client: 'Northlake',
  });
  assert.deepEqual(
    chips(now, WORDS).map(({ name, value }) => `${name} ${value}`),
    ['Requester Ana', 'Email ana@northlake.example', 'Client Northlake'],
  );
  assert.equal(hrefOf(now, { ...everywhere({ ...now, q: 'invoice' }) }), '/tickets?view=all&q=invoice');
});

test('the words that are searched for can be looked for among all tickets, until they are', () => {
  const now = asked('?q=invoice&team=media&sort=created_at');
  const wider = everywhere(now);
  assert.ok(wider);
  assert.equal(hrefOf(now, wider), '/tickets?view=all&q=invoice&sort=created_at');
  assert.equal(everywhere(asked(hrefOf(now, wider).replace('/tickets', ''))), null);
  assert.equal(everywhere(asked('?team=media')), null);
});

test('what is no date and no view narrows nothing', () => {
  assert.equal(queryOf(asked('?view=all&since=yesterday'), 'u1').size, 0);
  assert.equal(viewOf('nonsense').name, 'All open work');
  assert.deepEqual(chips(asked('?since=soon'), WORDS), []);
});

test('an address by status or flag shows what it always showed', () => {
  assert.equal(asked('?flags=no_address').view, 'no_address');
  assert.equal(asked('?status=solved&team=media').view, 'solved');
  assert.equal(asked('?status=open').view, '');
});

test('open work is what is not solved', () => {
  assert.equal(figures({ open: 2, awaiting_reply: 1, fixed_pending_rca: 3 }).work, 6);
  assert.deepEqual(figures(null), {});
});
