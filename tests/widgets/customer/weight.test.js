import assert from 'node:assert/strict';
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
    'closed-chat.js',
    'message.js',
    'story.js',
    'uploads.js',
    'remove.js',
    'lit-lists.js',
    'lit.js',
  ];
  for (const module of conversation) assert.ok(!loaded.includes(module), module);
});
