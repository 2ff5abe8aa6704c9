import assert from 'node:assert/strict';
import test from 'node:test';
import { find } from '../../../widgets/console/static/chat-search.js';

/** @param {string} chat @param {string} name @param {string} facts @param {string[]} texts */
const chat = (chat, name, facts, texts) => ({
  chat,
  name,
  facts,
  said: (/** @type {string[]} */ words) =>
    texts.findLast((text) => words.every((word) => text.toLocaleLowerCase().includes(word))) ?? null,
});
const CHATS = [
  chat('a', 'Omar El-Sayed', 'Kestrel Vane', ['Where do I see who changed a rate?']),
  chat('b', 'Danielle Okonkwo', 'Northlake · Spectra OX', [
    'Order SO-448210',
    `${'word '.repeat(40)}Omar told me about the rate`,
  ]),
  chat('c', '田中 美咲', 'Hoshino', []),
];

/** @param {string} words */
const found = (words) =>
  find(CHATS, words)
    .map(({ chat: one }) => one)
    .join('');

test('without words all are there, as the list has them', () => {
  assert.equal(found('  '), 'abc');
  assert.equal(find(CHATS, '  ')[1].text, 'Northlake · Spectra OX');
});

test('those of that name come before those in which it was said', () => assert.equal(found('omar'), 'ab'));

test('all words have to be there, in any order and case', () => {
  assert.deepEqual([found('OX northlake'), found('rate order'), found('美咲')], ['b', '', 'c']);
});

test('the part of a long text is shown in which the word stands', () => {
  const [, { text }] = find(CHATS, 'rate');
  assert.match(text, /^….*Omar told me about the rate$/u);
});
