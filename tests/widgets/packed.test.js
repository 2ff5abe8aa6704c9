import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { buildIn } from '../../scripts/packing.mjs';
import { ARTICLE_PAGES, load, loadOfPortal, PORTAL_PAGES, STAFF_PAGES } from '../../scripts/weights.mjs';

const FIRST_MOST = 90 * 1024;
const SECOND_MOST = 30 * 1024;
const PORTAL_MOST = 60 * 1024;
/** The text of the longest articles of the demo is 4 KB. */
const ARTICLE_MOST = 45 * 1024;

for (const page of STAFF_PAGES)
  test(`${page} is 90 KB at most, and 30 KB after another page of staff`, () => {
    assert.ok(load(page) <= FIRST_MOST, `${load(page)} bytes`);
    for (const before of STAFF_PAGES.filter((other) => other !== page))
      assert.ok(load(page, before) <= SECOND_MOST, `${load(page, before)} bytes after ${before}`);
  });

for (const page of PORTAL_PAGES)
  test(`${page} is 60 KB at most for customers`, () => {
    assert.ok(loadOfPortal(page) <= PORTAL_MOST, `${loadOfPortal(page)} bytes`);
  });

for (const page of ARTICLE_PAGES)
  test(`${page} is 50 KB at most, with 5 KB for the text of an article`, () => {
    assert.ok(loadOfPortal(page) <= ARTICLE_MOST, `${loadOfPortal(page)} bytes`);
  });

test('buildIn gives the manifest and the files that it lists, and nothing where no build is', (t) => {
  const packed = mkdtempSync(path.join(tmpdir(), 'packed-'));
  t.after(() => rmSync(packed, { recursive: true }));
  assert.deepEqual([...buildIn(packed).keys()], []);
  writeFileSync(path.join(packed, 'manifest.json'), JSON.stringify({ files: { 'widget.js': '' } }));
  writeFileSync(path.join(packed, 'widget.js'), 'first');
  writeFileSync(path.join(packed, 'stray.js'), '');
  assert.deepEqual([...buildIn(packed).keys()], ['manifest.json', 'widget.js']);
  assert.equal(buildIn(packed).get('widget.js')?.toString(), 'first');
});
