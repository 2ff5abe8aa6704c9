import assert from 'node:assert/strict';
import test from 'node:test';

import { asked, chips, everywhere, hrefOf, queryOf } from '../../../widgets/console/static/facets.js';

const WORDS = {
  value: (/** @type {string} */ facet, /** @type {string} */ value) => (facet === 'team' ? value.toUpperCase() : value),
  day: (/** @type {string} */ date) => date,
};
/** @param {ReturnType<typeof asked>} now */
const said = (now) => chips(now, WORDS).map(({ name, value }) => `${name} ${value}`);

test('an address without anything is all open work, and one’s own are those of whoever reads', () => {
  assert.equal(asked('').view, '');
  assert.equal(
    String(queryOf(asked(''), 'u1')),
    'status=open&status=awaiting_reply&status=fixed_pending_rca&snoozed=false',
  );
  assert.deepEqual(queryOf(asked('?view=mine'), 'u1').getAll('assignee'), ['u1']);
  assert.deepEqual(queryOf(asked('?view=nobody&assignee=u2'), 'u1').getAll('assignee'), ['nobody']);
});

test('filters have several values and exclude some, and each can be taken away alone', () => {
  const now = asked(
    '?view=all&resolution=set_up&resolution=code_fix&priority=urgent&not_tag=pdf&not_team=media&product=Lumina&assignee=u2&not_client=A, B&since=2026-11-20&q=invoice&sort=created_at',
  );
  const query = queryOf(now, 'u1', 'next');
  assert.deepEqual(
    [...query].filter(([name]) => name !== 'updated_from'),
    [
      ['resolution', 'set_up'],
      ['resolution', 'code_fix'],
      ['priority', 'urgent'],
      ['not_tag', 'pdf'],
      ['not_client', 'A, B'],
      ['not_team', 'media'],
      ['assignee', 'u2'],
      ['product', 'Lumina'],
      ['q', 'invoice'],
      ['sort', 'created_at'],
      ['cursor', 'next'],
    ],
  );
  assert.equal(new Date(query.get('updated_from') ?? '').getTime(), new Date('2026-11-20T00:00').getTime());
  assert.deepEqual(said(now), [
    'Code set_up, code_fix',
    'Priority urgent',
    'Tag not pdf',
    'Client not A, B',
    'Team not MEDIA',
    'Assignee u2',
    'Product Lumina',
    'Updated since 2026-11-20',
  ]);
  const [first] = chips(now, WORDS);
  assert.deepEqual(said(asked(hrefOf(now, first.without).slice('/tickets'.length))), said(now).slice(1));
  assert.deepEqual(asked(hrefOf(now, {}).slice('/tickets'.length)), now);
  assert.equal(hrefOf(asked(''), {}), '/tickets');
});

test('days of creation include both ends', () => {
  const query = queryOf(asked('?view=all&from=2026-11-20&until=2026-11-21'), 'u1');
  assert.equal(Date.parse(query.get('from') ?? ''), new Date('2026-11-20T00:00').getTime());
  assert.equal(Date.parse(query.get('to') ?? ''), new Date('2026-11-22T00:00').getTime());
  assert.deepEqual(said(asked('?from=2026-11-20&until=2026-11-21')), ['Created from 2026-11-20 until 2026-11-21']);
});

test('a status narrows its view, and one beyond it leads to all tickets', () => {
  assert.deepEqual(queryOf(asked('?view=mine&status=open'), 'u1').getAll('status'), ['open']);
  assert.deepEqual(queryOf(asked('?view=mine&not_status=open'), 'u1').getAll('status').length, 3);
  const wider = asked('?view=mine&status=solved&status=open');
  assert.deepEqual([wider.view, queryOf(wider, 'u1').getAll('status')], ['all', ['solved', 'open']]);
});

test('tickets of a person, an address and a company are found by the page’s address', () => {
  const now = asked('?view=all&requester=v1&email=ana@northlake.example&client=Northlake');
  assert.deepEqual(Object.fromEntries(queryOf(now, 'u1')), {
    requester: 'v1',
    email: 'ana@northlake.example',
    client: 'Northlake',
  });
  assert.deepEqual(said(now), ['Client Northlake', 'Requester v1', 'Email ana@northlake.example']);
  assert.equal(hrefOf(now, { ...everywhere({ ...now, q: 'invoice' }) }), '/tickets?view=all&q=invoice');
});

test('words are searched for in all tickets, unless a view is named', () => {
  assert.equal(asked('?q=invoice').view, 'all');
  assert.equal(asked('?view=mine&q=invoice').view, 'mine');
  const now = asked('?view=mine&q=invoice&team=media&sort=created_at');
  const wider = everywhere(now);
  assert.ok(wider);
  assert.equal(hrefOf(now, wider), '/tickets?view=all&q=invoice&sort=created_at');
  assert.equal(everywhere(asked(hrefOf(now, wider).replace('/tickets', ''))), null);
  assert.equal(everywhere(asked('?team=media')), null);
});

test('what is no date and no value narrows nothing', () => {
  assert.equal(queryOf(asked('?view=all&since=yesterday&team=&not_team='), 'u1').size, 0);
  assert.deepEqual(said(asked('?since=soon&status=')), []);
});

test('an address by status or flag shows what it always showed', () => {
  assert.equal(asked('?flags=no_address').view, 'no_address');
  const solved = asked('?status=solved&team=media');
  assert.deepEqual([solved.view, solved.is], ['solved', { team: ['media'] }]);
  assert.equal(asked('?status=open').view, '');
});
