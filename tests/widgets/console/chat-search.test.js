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

test('without words all are there, as the list has them', () => {
  assert.deepEqual(
    find(CHATS, '  ').map(({ chat: one, text }) => [one, text]),
    [
      ['a', 'Kestrel Vane'],
      ['b', 'Northlake · Spectra OX'],
      ['c', 'Hoshino'],
    ],
  );
});

test('those of that name come before those in which it was said', () => {
  assert.deepEqual(
    find(CHATS, 'omar').map(({ chat: one }) => one),
    ['a', 'b'],
  );
});

test('all words have to be there, in any order and case', () => {
  assert.deepEqual(
    find(CHATS, 'OX northlake').map(({ chat: one }) => one),
    ['b'],
  );
  assert.deepEqual(
    find(CHATS, 'rate order').map(({ chat: one }) => one),
    [],
  );
  assert.deepEqual(
    find(CHATS, '美咲').map(({ chat: one }) => one),
    ['c'],
  );
});

test('the part of a long text is shown in which the word stands', () => {
  const [, { text }] = find(CHATS, 'rate');
  assert.match(text, /^….*Omar told me about the rate$/u);
});
