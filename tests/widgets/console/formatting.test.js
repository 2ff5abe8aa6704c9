import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { formatOf, formatted } = await import('../../../widgets/console/static/formatting.js');
const { richText } = await import('../../../widgets/shared/static/rich-text.js');

/** The selection between brackets. @param {string} said */
function at(said) {
  const [start, end] = [said.indexOf('['), said.indexOf(']') - 1];
  return { text: said.replace(/[[\]]/gu, ''), start, end };
}
/** @param {import('../../../widgets/console/static/formatting.js').Format} format @param {string} said */
function done(format, said) {
  const { text, start, end } = formatted(format, at(said));
  return `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`;
}

test('bold, italic and code are set around the selection, and taken away again', () => {
  assert.equal(done('bold', 'Save [first ]please'), 'Save **[first]** please');
  assert.equal(done('bold', 'Save **[first]** please'), 'Save [first] please');
  assert.equal(done('italic', 'Save [_first_]'), 'Save [first]');
  assert.equal(done('code', 'Run []'), 'Run `[]`');
  for (const format of /** @type {const} */ (['bold', 'italic', 'code'])) {
    const [, mark] = richText(formatted(format, at('Save [it] now')).text);
    assert.equal(typeof mark, 'object', `${format} is shown`);
  }
});

test('lists take whole lines, change their kind, and end', () => {
  assert.equal(done('bullets', 'Do:\nop[en\nsa]ve'), 'Do:\n[- open\n- save]');
  assert.equal(done('numbers', '[- open\n- save]'), '[1. open\n2. save]');
  assert.equal(done('numbers', '[1. open\n2. save]'), '[open\nsave]');
  assert.equal(done('bullets', 'open[]\nsave'), '- open[]\nsave');
  assert.equal(done('bullets', '[]'), '- []');
});

/** A key that is held with others. @param {string} key @param {Partial<KeyboardEvent>} [held] */
const pressed = (key, held = {}) => ({
  key,
  code: '',
  ctrlKey: true,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  isComposing: false,
  ...held,
});

test('formatOf knows the keys', () => {
  const of = (/** @type {string} */ key, code = '', shiftKey = false) =>
    formatOf(pressed(key, { code, shiftKey }), false);
  assert.deepEqual(
    [
      of('b'),
      of('I'),
      of('e'),
      of('*', 'Digit8', true),
      of('&', 'Digit7', true),
      of('k'),
      of('B', 'KeyB', true),
      of('и', 'KeyB'),
      of('x', 'KeyB'),
    ],
    ['bold', 'italic', 'code', 'bullets', 'numbers', null, null, 'bold', null],
  );
});

test('formatOf on a Mac leaves the caret keys alone', () => {
  const command = pressed('b', { ctrlKey: false, metaKey: true });
  assert.deepEqual([formatOf(pressed('b'), true), formatOf(pressed('e'), true)], [null, null]);
  assert.equal(formatOf(command, true), 'bold');
  assert.deepEqual([formatOf(command, false), formatOf({ ...command, ctrlKey: true }, true)], [null, null]);
  assert.equal(formatOf(pressed('b', { altKey: true }), false), null);
});
