import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';

const SOURCE = readFileSync(new URL('../../../widgets/customer/static/loader.js', import.meta.url), 'utf8');

test('the script on somebody else’s page is 4 KB at most, as it is served', () => {
  const { code } = transformSync(SOURCE, { minify: true, target: 'es2022' });
  assert.ok(gzipSync(code, { level: 9 }).length <= 4_096, `${gzipSync(code, { level: 9 }).length} bytes`);
});

test('it depends on nothing', () => {
  assert.doesNotMatch(SOURCE, /^\s*import |\brequire\(|\bimport\(['"][^'"]*\.js/mu);
});
