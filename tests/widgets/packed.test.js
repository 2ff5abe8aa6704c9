import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { previousBuild } from '../../scripts/packing.mjs';
import { load, STAFF_PAGES } from '../../scripts/weights.mjs';

const FIRST_MOST = 90 * 1024;
const SECOND_MOST = 30 * 1024;

for (const page of STAFF_PAGES)
  test(`${page} is 90 KB at most, and 30 KB after another page of staff`, () => {
    assert.ok(load(page) <= FIRST_MOST, `${load(page)} bytes`);
    for (const before of STAFF_PAGES.filter((other) => other !== page))
      assert.ok(load(page, before) <= SECOND_MOST, `${load(page, before)} bytes after ${before}`);
  });

/** @param {string} folder @param {string} version @param {string} script */
function put(folder, version, script) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ version, files: { 'widget.js': '' } }));
  writeFileSync(path.join(folder, 'widget.js'), script);
}

test('the last build of the version before is kept, and no build in between', (t) => {
  const packed = mkdtempSync(path.join(tmpdir(), 'packed-'));
  t.after(() => rmSync(packed, { recursive: true }));
  const kept = (/** @type {string} */ version) => previousBuild(packed, version).get('widget.js')?.toString();
  assert.equal(kept('1'), undefined);
  put(packed, '1', 'first');
  assert.equal(kept('1'), undefined);
  assert.equal(kept('2'), 'first');
  put(path.join(packed, 'previous'), '1', 'first');
  put(packed, '2', 'second');
  assert.equal(kept('2'), 'first');
  assert.equal(kept('3'), 'second');
  assert.deepEqual([...previousBuild(packed, '3').keys()], ['manifest.json', 'widget.js']);
});
