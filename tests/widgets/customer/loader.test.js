import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';

/** The script as it is served, without comments. @param {string} name */
const served = (name) =>
  transformSync(readFileSync(new URL(`../../../widgets/customer/static/${name}.js`, import.meta.url), 'utf8'), {
    minify: true,
    target: 'es2022',
  }).code;

test('the script on somebody else’s page is 4 KB at most, as it is served', () => {
  const { length } = gzipSync(served('loader'), { level: 9 });
  assert.ok(length <= 4_096, `${length} bytes`);
});

test('all parts of it depend on nothing', () => {
  for (const name of ['loader', 'chat-frame', 'page-calls', 'page-attention'])
    assert.doesNotMatch(served(name), /\bimport\s*["'{*]|\bfrom\s*["']|\brequire\(|\bimport\(["']/u, name);
});
