import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { addressing, gapAfter, gapsOf, gapWords, lacking, languageAfter, matching, pieces, textFor, tokenAt, valuesOf } =
  await import('../../../widgets/console/static/canned-text.js');

/** @param {string} shortcut @param {string} name @param {Record<string, string|null>} texts */
const reply = (shortcut, name = shortcut, texts = { en: '' }) => ({
  id: shortcut,
  shortcut,
  name,
  texts,
  scope: /** @type {const} */ ('all'),
  team: null,
  uses: 0,
});
const PLACE = { customer: 'Rajesh Subramanian', agent: 'Priya Raman', team: 'Media', ticket: 12, locale: 'fr-CA' };

test('tokenAt finds a slash at the start of a word, up to the caret', () => {
  assert.deepEqual(tokenAt('/', 1), { start: 0, words: '' });
  assert.deepEqual(tokenAt('See\n/inv', 8), { start: 4, words: 'inv' });
  assert.deepEqual(tokenAt('/invoice', 4), { start: 0, words: 'inv' });
  for (const text of ['and/or', '/inv oice', 'https://x', '', 'word']) assert.equal(tokenAt(text, text.length), null);
});

test('matching puts the shortcut first, then the name, then the text, and keeps the order of use', () => {
  const replies = [
    reply('used-most', 'Most', { en: 'About an invoice' }),
    reply('finance', 'Invoice to Finance'),
    reply('invoice-two'),
    reply('invoice'),
    reply('hello'),
  ];
  const { found, sure } = matching(replies, 'Invoice', null);
  assert.deepEqual(
    found.map(({ id }) => id),
    ['invoice', 'invoice-two', 'finance', 'used-most'],
  );
  assert.equal(sure, true);
  assert.deepEqual(
    matching(replies, '', null).found.map(({ id }) => id),
    replies.map(({ id }) => id),
  );
});

test('matching is not sure of a reply that is found in its text alone', () => {
  const { found, sure } = matching([reply('a', 'b', { en: 'Open /settings', fr: 'Réglages' })], 'settings', 'en');
  assert.deepEqual([found.length, sure], [1, false]);
  assert.equal(matching([reply('a', 'b', { en: 'x', fr: 'Réglages' })], 'regl', 'fr').found.length, 1);
  assert.equal(matching([reply('a')], 'zzz', null).found.length, 0);
});

test('languageAfter walks through the languages that a reply has, forth and back', () => {
  const one = reply('a', 'a', { en: 'Hello', fr: null, es: 'Hola' });
  assert.deepEqual([languageAfter(one, 'en'), languageAfter(one, 'es')], ['es', 'en']);
  const three = reply('c', 'c', { en: 'Hello', fr: 'Bonjour', es: 'Hola' });
  const walk = (/** @type {1|-1} */ step) => ['en', 'fr', 'es'].map((from) => languageAfter(three, from, step));
  assert.deepEqual(
    [walk(1), walk(-1)],
    [
      ['fr', 'es', 'en'],
      ['es', 'en', 'fr'],
    ],
  );
  assert.equal(languageAfter(reply('b', 'b', { en: 'Hello' }), 'en'), null);
});

test('textFor takes the customer’s language, and English otherwise', () => {
  const one = reply('a', 'a', { en: 'Hello', fr: 'Bonjour', es: null });
  assert.deepEqual(textFor(one, 'fr-CA'), { text: 'Bonjour', locale: 'fr' });
  for (const locale of ['es', 'de', null, '']) assert.deepEqual(textFor(one, locale), { text: 'Hello', locale: 'en' });
});

test('lacking names the language of the customer in which there is no text', () => {
  const one = reply('a', 'a', { en: 'Hello', fr: 'Bonjour', es: null });
  assert.deepEqual(
    ['fr-CA', 'es', 'de-AT', 'en', null].map((locale) => lacking(one, locale)),
    ['', 'es', 'de', '', ''],
  );
  assert.equal(lacking(reply('b', 'b', { en: '' }), 'fr'), '', 'a macro without a text');
});

test('pieces fills in what is known, and leaves what is not as a gap', () => {
  const values = valuesOf({ ...PLACE, ticket: null });
  assert.deepEqual(pieces('Hi {{ customer.first_name }}, #{{ticket.number}} {{toString}}.', values), [
    { text: 'Hi ', kind: 'text' },
    { text: 'Rajesh', kind: 'filled' },
    { text: ', #', kind: 'text' },
    { text: '{{ticket.number}}', kind: 'gap' },
    { text: ' ', kind: 'text' },
    { text: '{{toString}}', kind: 'gap' },
    { text: '.', kind: 'text' },
  ]);
});

test('pieces does not fill in what a value brings along', () => {
  const values = valuesOf({ ...PLACE, customer: '{{agent.name}} {{x}}' });
  assert.deepEqual(pieces('{{customer.name}}', values), [{ text: '{{agent.name}} {{x}}', kind: 'filled' }]);
});

test('gapsOf gives the places of the gaps, and gapWords names each once', () => {
  const gaps = gapsOf('a {{team}} {{ticket.number}} {{team}}');
  assert.deepEqual(
    gaps.map(({ start, end }) => [start, end]),
    [
      [2, 10],
      [11, 28],
      [29, 37],
    ],
  );
  assert.equal(gapWords(gaps), '{{team}} and {{ticket.number}}');
});

test('gapsOf leaves braces alone that are no variable', () => {
  assert.deepEqual(gapsOf("{a} {{ a {{user}} {{constructor.constructor('x')()}} {{toString}}"), []);
});

test('addressing leaves out the name of a customer who gave none, after words that greet or thank', () => {
  const nobody = valuesOf({ ...PLACE, customer: null });
  for (const [text, said] of [
    ['Hi {{customer.first_name}}, {{agent.first_name}} here.', 'Hi, {{agent.first_name}} here.'],
    ['Bonjour {{customer.first_name}} !', 'Bonjour !'],
    ['All done. Thank you, {{customer.first_name}}. Bye', 'All done. Thank you. Bye'],
    ['Good morning {{ customer.name }}', 'Good morning'],
  ])
    assert.equal(addressing(text, nobody), said);
  for (const text of [
    'Dear {{customer.name}},',
    'Estimada {{customer.name}},',
    '{{customer.first_name}}, one moment.',
    'The order of {{customer.name}}.',
    'Hi {{team}},',
    'Requested by {{customer.name}}',
    'Hello Mr {{customer.name}},',
    'Querida {{customer.name}},',
    'Please also tell your colleague, {{customer.name}}.',
    'Hello {{customer.name}}\nand everybody',
  ])
    assert.equal(addressing(text, nobody), text);
  assert.equal(addressing('Hi {{customer.first_name}},', valuesOf(PLACE)), 'Hi {{customer.first_name}},');
});

test('Tab goes from gap to gap, from elsewhere also to the first, and out behind the last one', () => {
  const text = '{{team}}, {{ticket.number}} is here.';
  const [first, last] = gapsOf(text);
  assert.deepEqual(gapAfter(text, 0, 0), first);
  assert.deepEqual(gapAfter(text, first.start, first.end), last);
  assert.equal(gapAfter(text, last.start, last.end), null);
  assert.deepEqual(gapAfter(text, text.length, text.length), first);
  assert.equal(gapAfter('No gap', 0, 0), null);
});
