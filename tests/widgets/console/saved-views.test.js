import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { asked } = await import('../../../widgets/console/static/facets.js');
const { SavedViews } = await import('../../../widgets/console/static/saved-views.js');

test('view is saved before the list and its counts are read again', async () => {
  const calls = /** @type {string[]} */ ([]);
  const never = new Promise(() => {});
  const ask = (/** @type {string} */ method, /** @type {string} */ path) => {
    calls.push(`${method} ${path}`);
    return method === 'POST' ? Promise.resolve({ data: {} }) : never;
  };
  const views = new SavedViews(/** @type {import('../../../widgets/console/static/saved-views.js').Ask} */ (ask));
  await views.save('Urgent', null, asked('?view=all'));
  assert.deepEqual(calls, ['POST /api/views', 'GET /api/views']);
});

test('view gets another name, and keeps its tickets', async () => {
  const calls = /** @type {unknown[]} */ ([]);
  const ask = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {object} */ how = {}) => {
    calls.push([method, path, how]);
    return { data: { views: [] }, etag: null };
  };
  const views = new SavedViews(ask);
  const view = {
    id: 'a',
    name: 'Urgent',
    scope: /** @type {const} */ ('own'),
    team: null,
    query: '',
    may_change: true,
  };
  await views.rename(view, 'Now');
  assert.deepEqual(calls, [
    ['PATCH', '/api/views/a', { body: { name: 'Now' } }],
    ['GET', '/api/views', {}],
  ]);
});

test('views are counted again after changes, once for many', async () => {
  const counts = [7, 1_000];
  /** @type {Array<() => void>} */
  const timers = [];
  const view = { id: 'a', name: 'Urgent', scope: 'own', team: null, query: 'priority=urgent', may_change: true };
  const ask = async (/** @type {string} */ _method, /** @type {string} */ path) => ({
    data: path.endsWith('counts')
      ? { counts: { a: counts.shift() }, more: counts.length ? [] : ['a'] }
      : { views: [view] },
    etag: null,
  });
  const views = new SavedViews(ask, (run) => timers.push(run));
  views.stale();
  assert.equal(timers.length, 0, 'there is none');
  await views.read();
  for (let turn = 0; turn < 3; turn += 1) views.stale();
  assert.deepEqual([timers.length, views.counted(views.views[0])], [1, '7']);
  timers[0]();
  for (let turn = 0; turn < 10; turn += 1) await null;
  assert.equal(views.counted(views.views[0]), '1,000+');
});
