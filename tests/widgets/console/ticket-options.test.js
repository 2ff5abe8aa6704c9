import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { isChosen, optionsOf } = await import('../../../widgets/console/static/ticket-options.js');

const work = /** @type {import('../../../widgets/console/static/ticket-options.js').Chosen} */ (
  /** @type {unknown} */ ({
    form: { status: 'open', resolution: 'gone', product: '', team: 'media', assignee: '', with: '' },
    ticket: { assignee: { id: 'cy', name: 'Cy' } },
    teams: [
      { team: 'media', name: 'Media', products: ['Spectra'] },
      { team: 'finance', name: 'Finance', products: ['Lumina'] },
    ],
    people: [
      { staff: 'me', name: 'Me', teams: ['media'] },
      { staff: 'bo', name: 'Bo', teams: ['media'] },
      { staff: 'di', name: 'Di', teams: ['finance'] },
    ],
    me: { id: 'me', name: 'Me' },
    words: { statuses: [{ key: 'open', name: 'Open' }], codes: [], code: (/** @type {string} */ key) => `code ${key}` },
  })
);

test('what can be chosen follows the team', () => {
  assert.deepEqual(optionsOf('product', work), [
    ['', 'No product'],
    ['Spectra', 'Spectra'],
  ]);
  assert.deepEqual(optionsOf('assignee', work), [
    ['', 'Unassigned'],
    ['me', 'Me (you)'],
    ['bo', 'Bo'],
    ['cy', 'Cy'],
  ]);
  assert.deepEqual(optionsOf('status', work), [['open', 'Open']]);
});

test('the present value can be chosen even if it no longer exists', () => {
  assert.deepEqual(optionsOf('resolution', work).at(-1), ['gone', 'code gone']);
});

test('likely codes come first, the likeliest before the others', () => {
  const codes = ['a', 'b', 'c'].map((key) => ({ key, name: key.toUpperCase(), by_hand: true, only_product: null }));
  const form = { ...work.form, status: 'solved', resolution: '' };
  const solving = { ...work, form, words: { ...work.words, codes }, likely: ['c', 'gone', 'b'] };
  const shown = optionsOf('resolution', /** @type {never} */ (/** @type {unknown} */ (solving)));
  assert.deepEqual(
    shown.map(([key]) => key),
    ['', 'c', 'b', 'a'],
  );
});

test('text is typed, not chosen', () => {
  assert.deepEqual(['status', 'subject', 'workaround'].map(isChosen), [true, false, false]);
});
