import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../support/served.js';

const { speak } = await import('../../../widgets/customer/static/language.js');
const { Memory } = await import('../../../widgets/customer/static/memory.js');

/** @param {string} search @param {string} locale */
function spoken(search, locale) {
  const memory = new Memory(null);
  let to = '';
  const replace = (/** @type {string|URL} */ address) => {
    to = String(address);
  };
  speak(memory, locale, { search, replace });
  return { address: Object.fromEntries(new URLSearchParams(to)), kept: memory.get('locale') };
}

test('a language that the customer chooses is kept for pages in the language of this one', () => {
  const { address, kept } = spoken('?host=https%3A%2F%2Fa.example&team=media&locale=en-GB', 'fr');
  assert.deepEqual(address, { host: 'https://a.example', team: 'media', locale: 'fr', around: 'en-GB' });
  assert.equal(kept, 'en-GB:fr');
});

test('a page without a language of its own is remembered as such', () => {
  const { address, kept } = spoken('?host=https%3A%2F%2Fa.example', 'es');
  assert.deepEqual([address.locale, address.around, kept], ['es', '', ':es']);
});

test('the language of the page around is no choice to keep', () => {
  assert.equal(spoken('?locale=es&around=en-GB&x=1', 'en').kept, null);
  assert.equal(spoken('?locale=en&locale=es&around=en', 'fr').kept, 'en:fr');
});
