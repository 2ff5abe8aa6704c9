import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { pack } from '../../../scripts/packing.mjs';
import { filesOfWidget, weight } from '../../../scripts/weights.mjs';

const MOST = 44 * 1024;
const { modules, manifest } = await pack(path.resolve(import.meta.dirname, '../../../widgets'));
const FIRST = ['widget.js', ...manifest.chunks.widget];

test('all that is loaded up to the first message is 44 KB at most, with the script on the page', () => {
  const all = filesOfWidget().map(weight);
  const sum = all.reduce((one, other) => one + other, 0);
  assert.ok(sum <= MOST, `${sum} bytes: ${all.join(', ')}`);
});

test('nobody loads the conversation before there is one', () => {
  const loaded = FIRST.flatMap((file) => modules.get(file) ?? []).map((module) => path.basename(module));
  assert.ok(loaded.includes('entry.js'));
  const conversation = [
    'conversation.js',
    'queue.js',
    'ticket-view.js',
    'ticket-talk.js',
    'message.js',
    'story.js',
    'uploads.js',
    'remove.js',
    'lit-lists.js',
    'lit.js',
  ];
  for (const module of conversation) assert.ok(!loaded.includes(module), module);
});

test('the first icons are those that are named before the first message', () => {
  const folder = path.resolve(import.meta.dirname, '../../../widgets');
  const read = (/** @type {string} */ file) => readFileSync(path.join(folder, file), 'utf8');
  const symbols = [...read('customer/static/icons-first.svg').matchAll(/<symbol id="([^"]+)".*?<\/symbol>/gsu)];
  const all = read('customer/static/icons.svg');
  for (const [symbol] of symbols) assert.ok(all.includes(symbol), symbol);
  const sources = FIRST.flatMap((file) => modules.get(file) ?? []).map(read);
  const named = [...sources, read('customer/static/unconfirmed-view.js'), read('customer/templates/widget.html')]
    .flatMap((text) => [...text.matchAll(/\bicon\('([^']+)'|#([a-z-]+)[`"]/gu)])
    .map(([, one, other]) => one ?? other);
  assert.deepEqual([...new Set(named)].sort(), symbols.map(([, name]) => name).sort());
});
