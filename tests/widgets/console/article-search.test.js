import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { ArticleSearch, inserted, readers } = await import('../../../widgets/console/static/article-search.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const DATES = {
  id: '7',
  title: 'Dates overlap',
  excerpt: '',
  url: 'https://desk.example/articles/7',
  product: 'Lumina',
  locale: 'fr',
};
const ARTICLE = { ...DATES, visibility: 'public', highlights: [], title_highlights: [] };

/** @param {Record<string, object|Error>} answers by method @param {string} [said] */
function searching(answers, said = '') {
  /** @type {Array<{path: string, body?: object}>} */
  const asked = [];
  const search = new ArticleSearch({
    ask: async (method, path, { body } = {}) => {
      asked.push({ path, body });
      const answer = answers[method];
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
    place: '/api/chats/c1',
    said,
    locale: 'fr',
    changed: () => {},
    wait: 0,
  });
  return { asked, search };
}

test('type without words suggests articles for what the customer wrote last', async () => {
  const { asked, search } = searching({ GET: { results: [ARTICLE] } }, `${'x'.repeat(300)} no dates`);
  await search.type(' ');
  const query = new URL(asked[0].path, 'https://desk.example').searchParams;
  assert.equal(query.get('q')?.length, 200);
  assert.ok(query.get('q')?.endsWith('no dates'));
  assert.deepEqual([query.get('locale'), query.getAll('kind')], ['fr', ['article', 'release']]);
  assert.deepEqual([query.get('sentences'), query.get('locale_first')], ['true', 'true']);
  assert.equal(search.language(ARTICLE), 'French');
  assert.deepEqual([search.articles, search.suggests], [[ARTICLE], true]);
});

test('type where the customer wrote nothing asks nothing', async () => {
  const { asked, search } = searching({});
  await search.type('');
  assert.deepEqual([asked, search.articles], [[], []]);
});

test('type again before the answer asks only for the newer words', async () => {
  const { asked, search } = searching({ GET: { results: [ARTICLE] } });
  await Promise.all([search.type('dat'), search.type('dates')]);
  assert.deepEqual(
    asked.map(({ path }) => new URL(path, 'https://desk.example').searchParams.get('q')),
    ['dates'],
  );
});

test('insert gives title, text and address, and a link without the text', async () => {
  const { asked, search } = searching({ POST: { title: 'Dates overlap', text: 'Move one.', url: ARTICLE.url } });
  assert.equal(await search.insert(ARTICLE, 'text'), `Dates overlap\nMove one.\n${ARTICLE.url}`);
  assert.deepEqual(asked, [{ path: '/api/chats/c1/insertions', body: { article: 7, how: 'text', locale: 'fr' } }]);
  const link = searching({ POST: { title: 'Dates overlap', text: '', url: ARTICLE.url } });
  assert.equal(await link.search.insert(ARTICLE, 'link'), `Dates overlap\n${ARTICLE.url}`);
});

test('insert that is refused inserts nothing and says why', async () => {
  const { search } = searching({ POST: new Refused(409, { code: 'conflict', detail: 'Only staff.' }) });
  assert.equal(await search.insert(ARTICLE, 'text'), null);
  assert.deepEqual([search.fault, search.inserting], ['Only staff.', false]);
});

test('inserted piece stands on its own lines, and the caret behind it', () => {
  assert.deepEqual(inserted('', 'piece', 0, 0), { text: 'piece', caret: 5 });
  assert.deepEqual(inserted('Hi Ana, bye', 'piece', 7, 7), { text: 'Hi Ana,\n\npiece\n\nbye', caret: 14 });
});

test('readers names those who may read it, unless everybody may', () => {
  const names = ['public', 'signed_in', 'product', 'staff'].map((visibility) => readers({ ...ARTICLE, visibility }));
  assert.deepEqual(names, ['', 'People with an account', 'Clients with Lumina', 'Staff only']);
});
