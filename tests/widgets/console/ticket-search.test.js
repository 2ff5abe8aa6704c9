import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';
import { pluck } from '../support/pluck.js';

const { TicketSearch } = await import('../../../widgets/console/static/ticket-search.js');
const { asked } = await import('../../../widgets/console/static/facets.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');
const { vocabulary } = await import('../../../widgets/shared/static/vocabulary.js');

const ME = { id: 'priya', name: 'Priya', email: '', role: 'agent', teams: ['media'] };

/** A search, and the answers that its requests wait for. @param {string} [query] */
function search(query = '') {
  /** @type {Array<{path: string, answer: (data: object) => void, refuse: (status: number) => void, signal?: AbortSignal}>} */
  const requests = [];
  /** @type {Array<number[]>} */
  const found = [];
  const it = {
    signedOut: 0,
    found,
    work: new TicketSearch({
      ask: (_method, path, { signal } = {}) =>
        new Promise((resolve, reject) => {
          requests.push({
            path,
            answer: (data) => resolve({ data, etag: null }),
            refuse: (status) =>
              reject(signal?.aborted ? new DOMException('', 'AbortError') : new Refused(status, { detail: 'Why.' })),
            signal,
          });
        }),
      me: ME,
      words: vocabulary({ statuses: [] }),
      asked: asked(query),
      found: (numbers) => found.push(numbers),
      signedOut: () => {
        it.signedOut += 1;
      },
    }),
    /** The newest request for this. @param {string} path */
    to: (path) => /** @type {(typeof requests)[0]} */ (requests.findLast((request) => request.path.startsWith(path))),
  };
  return it;
}

test('pages follow each other, and their order is told', async () => {
  const { work, to, found } = search();
  work.begin(asked('?status=open'));
  assert.equal(work.loading, true);
  to('/api/tickets?').answer({ tickets: [{ number: 1 }, { number: 2 }], next: 'x' });
  await Promise.resolve().then(() => {});
  await new Promise(setImmediate);
  assert.deepEqual([work.next, work.loading, work.none], ['x', false, false]);
  const more = work.load();
  to('/api/tickets?').answer({ tickets: [{ number: 3 }], next: null });
  await more;
  assert.deepEqual(pluck(work.tickets, 'number'), [1, 2, 3]);
  assert.deepEqual(found, [
    [1, 2],
    [1, 2, 3],
  ]);
});

test('what was asked for last is shown, whatever comes late', async () => {
  const { work, to } = search();
  const first = work.load();
  const late = to('/api/tickets?');
  work.begin(asked('?view=mine&q=other'));
  assert.equal(late.signal?.aborted, true);
  late.refuse(0);
  await first;
  assert.deepEqual([work.fault, work.loading], ['', true]);
});

test('a refusal is said, and somebody who was signed out is sent away', async () => {
  const it = search();
  const loading = it.work.load();
  it.to('/api/tickets?').refuse(401);
  await loading;
  assert.deepEqual([it.work.fault, it.signedOut, it.work.none], ['Why.', 1, false]);
});

test('names come beside the list; a list without figures is still one', async () => {
  const { work, to } = search('?team=media&custom=cause:fog&not_custom=gate:');
  const names = work.readNames();
  to('/api/hours').answer({
    teams: [
      { team: 'media', name: 'Media' },
      { team: 'finance', name: 'Finance' },
    ],
  });
  to('/api/staff').refuse(503);
  to('/api/tickets/tags').answer({ tags: ['pdf'] });
  const cause = {
    key: 'cause',
    kind: 'choice',
    labels: { en: 'Cause' },
    options: [{ key: 'fog', labels: { en: 'Fog' } }],
  };
  const others = ['gate', 'day'].map((key) => ({ key, kind: 'text', labels: { en: key }, options: [] }));
  to('/api/ticket-fields').answer({ fields: [cause, ...others] });
  await names;
  assert.deepEqual(pluck(work.columns, 'key'), ['cause', 'gate']);
  assert.equal(work.nameOf('custom', 'cause:fog'), 'Cause: Fog');
  assert.deepEqual(work.options('tag', ['locked']), [
    ['pdf', 'pdf'],
    ['locked', 'locked'],
  ]);
  assert.deepEqual(
    [work.own.map(({ team }) => team), work.teamName('finance'), work.teamName('other')],
    [['media'], 'Finance', 'other'],
  );
  assert.deepEqual(
    ['nobody', 'priya', 'x'].map((id) => work.personName(id)),
    ['nobody', 'you', 'x'],
  );
  const all = work.begin(work.asked);
  to('/api/tickets/counts').refuse(503);
  to('/api/tickets?').answer({ tickets: [], next: null });
  await all;
  assert.deepEqual([work.none, work.counts, work.narrowed], [true, null, true]);
});

test('filters offer what was listed and what is chosen, and keep the names', async () => {
  const { work, to } = search();
  const all = work.begin(asked('?view=all'));
  to('/api/tickets/counts').answer({});
  to('/api/tickets?').answer({
    tickets: [
      { number: 1, client: 'Northlake', requester: { id: 'v1', name: 'Ana' } },
      { number: 2, client: 'Boréale', requester: { id: null, name: null, email: 'x@y.example' } },
    ],
    next: null,
  });
  await all;
  const other = work.begin(asked('?view=all&requester=v1&not_client=Elsewhere'));
  to('/api/tickets?').answer({ tickets: [], next: null });
  to('/api/tickets/counts').answer({});
  await other;
  assert.deepEqual(work.options('client', ['Elsewhere']), [
    ['Boréale', 'Boréale'],
    ['Northlake', 'Northlake'],
    ['Elsewhere', 'Elsewhere'],
  ]);
  assert.deepEqual(work.options('requester', ['v1', 'v9']), [
    ['v1', 'Ana'],
    ['v9', 'one person'],
  ]);
  assert.equal(work.nameOf('channel', 'form'), 'Request form');
});
