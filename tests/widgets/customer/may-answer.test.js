import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { MayAnswer } = await import('../../../widgets/customer/static/may-answer.js');

const DATES = { title: 'Dates overlap', url: 'https://desk.example/articles/7' };

/** A form that is open, and a desk that finds one article. @param {() => Promise<Array<typeof DATES>>} [find] */
function form(find = async () => [DATES]) {
  const chat = {
    open: true,
    view: 'form',
    visit: { phase: 'form' },
    beginning: { form: { text: '' }, choosing: { product: 'Lumina' } },
  };
  /** @type {URLSearchParams[]} */
  const asked = [];
  /** @type {string[][]} */
  const shown = [];
  /** @type {() => void} */
  let told = () => {};
  const typed = /** @type {import('../../../widgets/customer/static/may-answer.js').MayAnswer['chat']} */ (
    /** @type {unknown} */ (chat)
  );
  const may = new MayAnswer(typed, {
    find: (query) => {
      asked.push(query);
      return find();
    },
    show: (articles) => {
      shown.push(articles.map(({ title }) => title));
      told();
    },
    locale: 'fr',
    pause: 0,
  });
  /** Types, and waits until something is shown for it. @param {string} text */
  const type = (text) => {
    chat.beginning.form.text = text;
    may.look();
    return new Promise((resolve) => (told = () => resolve(undefined)));
  };
  return { asked, chat, may, shown, type };
}

test('a question is searched for among articles, of its product and in the language of the page', async () => {
  const { asked, shown, type } = form();
  await type('The dates overlap');
  assert.deepEqual(
    [asked[0].get('q'), asked[0].get('product'), asked[0].get('locale'), asked[0].get('limit')],
    ['The dates overlap', 'Lumina', 'fr', '3'],
  );
  assert.deepEqual(shown.at(-1), ['Dates overlap']);
  await type('The dates of two lines overlap');
  assert.deepEqual([asked[0].get('sentences'), asked[1].get('sentences')], [null, 'true']);
});

test('a question of a few letters is not searched for, and takes back what is shown', async () => {
  const { asked, shown, type } = form();
  await type('The dates overlap');
  await type('The');
  assert.deepEqual([asked.length, shown.at(-1)], [1, []]);
});

test('a change of anything else searches for nothing, and shows the articles in a form that is drawn anew', async () => {
  const { asked, may, shown, type } = form();
  await type('The dates overlap');
  const before = shown.length;
  may.look();
  assert.deepEqual([asked.length, shown.length, shown.at(-1)], [1, before + 1, ['Dates overlap']]);
});

test('a form that is not on the screen, or is being sent, searches for nothing', () => {
  const { asked, chat, may, shown } = form();
  chat.beginning.form.text = 'The dates overlap';
  for (const change of [
    { open: false },
    { open: true, view: 'list' },
    { view: 'form', visit: { phase: 'starting' } },
  ]) {
    Object.assign(chat, change);
    may.look();
  }
  assert.deepEqual([asked, shown], [[], []]);
});

test('a desk that cannot be asked leaves the form as it is', async () => {
  const { shown, type } = form(() => Promise.reject(new Error('no connection')));
  await type('The dates overlap');
  assert.deepEqual(shown.at(-1), []);
});
