import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { read } = await import('../../../widgets/console/static/canned-files.js');

const FILE = { id: 'f1', name: 'orders.csv', type: 'text/csv', size: 5, url: '/api/files/f1' };

test('files are read with their names and types', async () => {
  /** @type {string[]} */
  const asked = [];
  const get = /** @type {typeof fetch} */ (
    async (url) => {
      asked.push(String(url));
      return new Response('Order');
    }
  );
  const [file] = await read([FILE], get);
  assert.deepEqual([file.name, file.type, await file.text(), asked], ['orders.csv', 'text/csv', 'Order', [FILE.url]]);
});

test('a file that cannot be read is a fault of all', async () => {
  const get = /** @type {typeof fetch} */ (async () => new Response(null, { status: 404 }));
  await assert.rejects(() => read([FILE, FILE], get), /orders.csv: 404/u);
});
