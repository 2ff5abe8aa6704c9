import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { CannedFiles, read } = await import('../../../widgets/console/static/canned-files.js');

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

/** Files that are read when the test says so. @param {{about: string}} screen */
function bringing(screen) {
  /** @type {Array<(answer: Response) => void>} */
  const answers = [];
  const get = /** @type {typeof fetch} */ (() => new Promise((answer) => answers.push(answer)));
  const files = new CannedFiles(() => screen.about, get);
  /** @type {string[]} */
  const put = [];
  const bring = () => files.bring([FILE], (found) => put.push(...found.map(({ name }) => name)));
  return { files, bring, put, answer: (/** @type {Response} */ with_) => answers.shift()?.(with_) };
}

test('a text waits for its files, whatever else becomes known of its customer', async () => {
  const screen = { about: 'c1', locale: null };
  const { files, bring, put, answer } = bringing(screen);
  const brought = bring();
  assert.equal(files.busy, true);
  Object.assign(screen, { locale: 'fr' });
  answer(new Response('Order'));
  await brought;
  assert.deepEqual([files.busy, files.lacking, put], [false, false, ['orders.csv']]);
});

test('files reach no other chat, and the text that lacks them says so', async () => {
  const screen = { about: 'c1' };
  const { files, bring, put, answer } = bringing(screen);
  const brought = bring();
  screen.about = 'c2';
  assert.equal(files.busy, false);
  answer(new Response('Order'));
  await brought;
  assert.deepEqual([files.lacking, put], [false, []]);
  screen.about = 'c1';
  assert.equal(files.lacking, true);
  files.seen();
  assert.equal(files.lacking, false);
  const again = bring();
  answer(new Response(null, { status: 404 }));
  await again;
  assert.deepEqual([files.busy, files.lacking, put], [false, true, []]);
});
