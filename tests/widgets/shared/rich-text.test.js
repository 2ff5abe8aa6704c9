import assert from 'node:assert/strict';
import test from 'node:test';
import { plainText, richText, withLinks } from '../../../widgets/shared/static/rich-text.js';

/** @param {string} href @param {string} [link] */
const to = (href, link = href) => ({ link, href });

test('addresses of the web become links, without the sentence’s full stop', () => {
  assert.deepEqual(withLinks('see https://a.example/x?y=1. Or javascript:alert(1)'), [
    'see ',
    to('https://a.example/x?y=1'),
    '. Or javascript:alert(1)',
  ]);
  assert.deepEqual(withLinks('(www.a.example/b)'), ['(', to('https://www.a.example/b', 'www.a.example/b'), ')']);
  assert.deepEqual(withLinks('https://a.example/Plan_(2026).'), [to('https://a.example/Plan_(2026)'), '.']);
  assert.deepEqual(withLinks('(https://a.example/Plan_(2026))'), ['(', to('https://a.example/Plan_(2026)'), ')']);
  for (const plain of ['www.', 'www.nothing', 'awww.sweet', 'data:text/html,x', 'ftp://a.example', ''])
    assert.deepEqual(withLinks(plain), plain ? [plain] : [], plain);
});

test('email addresses and telephone numbers become links', () => {
  assert.deepEqual(withLinks('Write to ana.ruiz+ads@a.example, please'), [
    'Write to ',
    to('mailto:ana.ruiz+ads@a.example', 'ana.ruiz+ads@a.example'),
    ', please',
  ]);
  for (const [number, href] of [
    ['+1 (212) 555-0100', 'tel:+12125550100'],
    ['(212) 555-0100', 'tel:2125550100'],
    ['1-800-555-0100', 'tel:18005550100'],
    ['01 42 68 53 00', 'tel:0142685300'],
    ['+33142685300', 'tel:+33142685300'],
  ])
    assert.deepEqual(withLinks(`call ${number}.`), ['call ', to(href, number), '.'], number);
});

test('other numbers stay text', () => {
  for (const plain of [
    'Order 4482190012',
    '2026-11-28 10:34',
    '184,200.00 and 4111 1111 1111 1111',
    '192.168.10.1000',
    'SO-448-219-0012',
    'a@b',
    '@priya and x@@y.example',
  ])
    assert.deepEqual(withLinks(plain), [plain], plain);
});

test('staff’s texts have bold, italic and code', () => {
  assert.deepEqual(richText('**Set** the *end* of `flight_end` _here_.'), [
    { strong: ['Set'] },
    ' the ',
    { em: ['end'] },
    ' of ',
    { code: 'flight_end' },
    ' ',
    { em: ['here'] },
    '.',
  ]);
  assert.deepEqual(richText('**open *both* https://a.example/a_b_c**'), [
    { strong: ['open ', { em: ['both'] }, ' ', to('https://a.example/a_b_c')] },
  ]);
});

test('signs that are meant as such stay', () => {
  for (const plain of [
    '2*3*4 = 24',
    'snake_case_name and __init__',
    '5 * 3 * 2',
    'a ** b ** c',
    '**',
    '``',
    '-5 degrees',
    '3.5 million',
    '#448198',
  ])
    assert.deepEqual(richText(plain), [plain], plain);
});

test('lines with bullets or numbers are lists, with the text around them', () => {
  assert.deepEqual(richText('Try this:\n\n- **one**\n- two\n\nThen:\n3. three\n4. four'), [
    'Try this:',
    { list: [[{ strong: ['one'] }], ['two']], start: null },
    'Then:',
    { list: [['three'], ['four']], start: 3 },
  ]);
});

test('what is between fences is code, and an open fence is text', () => {
  assert.deepEqual(richText('Run\n```sql\nSELECT *\n  FROM **t**\n```\ndone'), [
    'Run',
    { block: 'SELECT *\n  FROM **t**' },
    'done',
  ]);
  assert.deepEqual(richText('```\nnever closed'), ['```\nnever closed']);
});

test('markup is text, wherever it stands', () => {
  const markup = '<a href="javascript:ran=1">x</a>';
  assert.deepEqual(richText(markup), [markup]);
  assert.deepEqual(richText(`**${markup}**`), [{ strong: [markup] }]);
  assert.deepEqual(richText(`- ${markup}`), [{ list: [[markup]], start: null }]);
  assert.deepEqual(richText('[x](javascript:ran=1)'), ['[x](javascript:ran=1)']);
});

test('the end of an address is looked for from its end, once', (context) => {
  context.mock.method(String.prototype, 'replace', () =>
    assert.fail('a pattern tries each of a run of brackets as its beginning'),
  );
  const charAt = context.mock.method(String.prototype, 'charAt');
  const hostile = `https://a.example/${')'.repeat(1_900)}a`;
  assert.deepEqual(withLinks(`${hostile}))`), [to(hostile), '))']);
  assert.equal(charAt.mock.callCount(), 3);
  const endless = `https://a.example/${')'.repeat(7_900)}`;
  assert.deepEqual(withLinks(endless), [to('https://a.example/'), ')'.repeat(7_900)]);
});

test('what is too long for an address is text', () => {
  const long = `https://${'\ufdfa'.repeat(7_900)}`;
  assert.deepEqual(withLinks(long), [long]);
});

test('texts made to be slow are not', () => {
  for (const piece of [
    '**a',
    '*a ',
    '_a ',
    '`',
    '```\n',
    'a.',
    'a@',
    '+1',
    '1 ',
    '(',
    'http://',
    'www.',
    '- ',
    '**a** *',
  ])
    assert.ok(richText(piece.repeat(Math.ceil(8_000 / piece.length))).length > 0, piece);
});

test('a preview is one line without marks', () => {
  assert.equal(
    plainText('Hello **Danielle _O._**, *done*:\n\n1. invoice `7718-B`\n2. see www.a.example.\n\n```\nx = 1\n```\nBye'),
    'Hello Danielle O., done: invoice 7718-B, see www.a.example. x = 1 Bye',
  );
  assert.equal(plainText(' 2 * 3 * 4 '), '2 * 3 * 4');
  assert.equal(plainText(''), '');
});
