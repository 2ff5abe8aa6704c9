import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Mentions, matching, mentionedIn, tokenAt } = await import('../../../widgets/console/static/mentions.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const ALL = [
  { staff: 's1', name: 'Ana' },
  { staff: 's2', name: 'Ana Ruiz' },
  { staff: 's3', name: 'Étienne Roy' },
  { staff: 's4', name: 'Ana Ruiz' },
];

test('an @ at the start of a word opens the list, one within a word does not', () => {
  assert.deepEqual(tokenAt('Look @eti', 9), { start: 5, words: 'eti' });
  assert.deepEqual(tokenAt('(@', 2), { start: 1, words: '' });
  assert.equal(tokenAt('ana@northlake', 13), null);
  assert.equal(tokenAt('@ home', 6), null);
});

test('a word behind an @ that is nobody is lost, also until the colleagues are known, but no text behind it', async () => {
  /** @type {(answer: {data: object, etag: null}) => void} */
  let answers = () => {};
  const mentions = new Mentions({ ask: () => new Promise((answer) => (answers = answer)), changed: () => {} });
  const look = (/** @type {string} */ text) => mentions.look(text, text.length, '/api/chats/c1/colleagues');
  look('@mat');
  assert.equal(mentions.lost, true);
  const read = mentions.read('/api/chats/c1/colleagues');
  answers({ data: { colleagues: ALL }, etag: null });
  await read;
  assert.deepEqual([mentions.lost, mentions.open], [true, false]);
  for (const [text, lost] of /** @type {Array<[string, boolean]>} */ ([
    ['@eti', false],
    ['@Ana have you seen', false],
    ['@Ana,', false],
    ['look @zo', true],
    ['look @zo!', true],
    ['look @', false],
  ])) {
    look(text);
    assert.equal(mentions.lost, lost, text);
  }
  look('@zo');
  mentions.leave();
  assert.equal(mentions.lost, false);
});

test('colleagues are found by any part of their name, without accents', () => {
  const names = (/** @type {string} */ words) => matching(ALL, words).map(({ staff }) => staff);
  assert.deepEqual([names('eti'), names('roy'), names('ruiz'), names('zo')], [['s3'], ['s3'], ['s2', 's4'], []]);
});

test('a longer name wins, and of people with one name those who were chosen are mentioned', () => {
  const of = (/** @type {string} */ text, /** @type {string[]} */ chosen = []) =>
    mentionedIn(text, ALL, new Set(chosen));
  assert.deepEqual(of('@Ana look'), ['s1']);
  assert.deepEqual(of('@Ana Ruiz look', ['s4']), ['s4']);
  assert.deepEqual(of('@Ana Ruiz and @Ana look'), ['s2', 's4', 's1']);
  assert.deepEqual(of('Ana, look'), []);
  for (const other of ['@Anabel', '@Ana-Lena', '@Ana_2', 'mail x@Ana.example', '@@Ana'])
    assert.deepEqual(of(other), []);
  assert.deepEqual([of('(@Ana)'), of('look,\n@Ana.'), of('@Anabel and @Ana')], [['s1'], ['s1'], ['s1']]);
  assert.deepEqual(mentionedIn('@J. (Jo) R*', [{ staff: 's5', name: 'J. (Jo) R*' }], new Set()), ['s5']);
});

test('choosing writes the name, and each ticket or chat has its own colleagues', async () => {
  /** @type {string[]} */
  const asked = [];
  const ask = async (/** @type {string} */ _, /** @type {string} */ path) => {
    asked.push(path);
    if (path === 'gone') throw new Refused(404, { detail: 'Gone.' });
    return { data: { colleagues: ALL.slice(1, 3) }, etag: null };
  };
  const mentions = new Mentions({ ask, now: () => 0, changed: () => {} });
  mentions.look('Ask @ru', 7, 'one');
  // The list is asked for once, and whoever needs it waits for it.
  await mentions.read('one');
  assert.deepEqual([mentions.open, mentions.marked?.staff], [true, 's2']);
  const written = mentions.insert(ALL[1], 'Ask @ru please', 7);
  assert.deepEqual(written, { text: 'Ask @Ana Ruiz please', caret: 14 });
  assert.deepEqual([mentions.open, mentions.in(written.text)], [false, ['s2']]);
  mentions.look('@', 1, 'gone');
  await mentions.read('gone');
  assert.deepEqual([mentions.open, mentions.fault, mentions.in('@Ana Ruiz')], [true, 'Gone.', []]);
  mentions.leave();
  assert.deepEqual([mentions.open, asked], [false, ['one', 'gone']]);
});
