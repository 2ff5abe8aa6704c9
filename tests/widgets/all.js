// Runs all tests under node, as `npm test` does. Starting a process takes longer than most files, so files share one
// process. A file that changes what its process shares (hooks of all tests, the clock, globals, a desk's server) has its
// own.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const HERE = fileURLToPath(import.meta.url);
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const NEEDS_ITS_OWN = /^(before|after)(Each)?\(|\bmock\.|\bglobalThis\b|support\/desk/m;

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.js'))
  .sort()
  .map((name) => join(FOLDER, name));
const alone = files.filter((file) => NEEDS_ITS_OWN.test(readFileSync(file, 'utf8')));

if (process.env.NODE_TEST_CONTEXT) {
  // `node --test` runs this file as one of tests.
  for (const file of files) if (!alone.includes(file)) await import(pathToFileURL(file).href);
} else {
  const options = ['--test', '--test-reporter=spec', '--test-concurrency=3', '--test-timeout=300000'];
  const ended = spawnSync(process.execPath, [...options, HERE, ...alone], { stdio: 'inherit' });
  process.exitCode = ended.status ?? 1;
}
