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
