import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import '../support/served.js';

const { endsSession, saysSignedOut } = await import('../../../widgets/console/static/session-words.js');

test('the words of the desk for a missing session are known, those for a wrong password are others', () => {
  const source = readFileSync(new URL('../../../server/edge/authentication.py', import.meta.url), 'utf8');
  const said = [...source.matchAll(/Refused\("unauthorized", "([^"]*)"/gu)].map(([, words]) => words);
  assert.ok(said.some(saysSignedOut), said.join(' '));
  assert.equal(saysSignedOut('That password is incorrect. Try again.'), false);
});

test('a connection that is closed with the session is told from a lost one', () => {
  assert.deepEqual([4010, 4001, 4004, null].map(endsSession), [true, true, false, false]);
});
