import assert from 'node:assert/strict';
import test from 'node:test';
import { accountOf, proofOf } from '../../../widgets/shared/static/client/identity.js';

/** @param {object} head @param {object} claims */
const jwt = (head, claims) =>
  [head, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
    .concat('.signature');

test('an account is the key and the subject, never the address', () => {
  const ana = accountOf(jwt({ kid: 'site' }, { sub: 'ana', email: 'ana@a.example' }));
  assert.equal(ana, accountOf(jwt({ kid: 'site' }, { sub: 'ana', email: 'other@a.example', exp: 2 })));
  assert.notEqual(ana, accountOf(jwt({ kid: 'another' }, { sub: 'ana' })));
  assert.notEqual(ana, accountOf(jwt({ kid: 'site' }, { sub: 'ben', email: 'ana@a.example' })));
  assert.equal(accountOf(jwt({}, { sub: 'Zoë 田' })), '[null,"Zoë 田"]');
});

test('what is no JWT with a subject is nobody’s', () => {
  for (const one of ['', 'a.b.c', 'one', jwt({}, {}), jwt({}, { sub: 7 }), '..']) assert.equal(accountOf(one), null);
});

test('what it says of somebody is text, or nothing', () => {
  assert.deepEqual(proofOf(jwt({}, { sub: 'ana', name: ' Ana 田 ', email: 'ana@a.example' })), {
    name: 'Ana 田',
    email: 'ana@a.example',
  });
  assert.deepEqual(proofOf(jwt({}, { sub: 'ana', name: 7, email: ' ' })), { name: null, email: null });
  assert.deepEqual(proofOf('nonsense'), { name: null, email: null });
});
