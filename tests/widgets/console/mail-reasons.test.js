import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { reasonWords, senderWords } = await import('../../../widgets/console/static/mail-reasons.js');

test('a reason that this page does not know asks for a decision', () => {
  assert.equal(reasonWords('automatic'), 'A program wrote it, and it belongs to no ticket.');
  assert.deepEqual([reasonWords('new_one'), reasonWords(null)], Array(2).fill('It needs a decision.'));
});

test('whether a sender is proven is said without the words of the header', () => {
  const said = (/** @type {'pass'|'fail'|'none'} */ verdict) =>
    senderWords({ verdict, detail: 'dmarc=pass header.from=northlake.example' });
  assert.equal(said('pass'), 'It does come from this address.');
  assert.equal(said('fail'), 'It may come from somebody else: the checks of its sender failed.');
  assert.deepEqual(
    [said('none'), senderWords(null)],
    Array(2).fill('Nobody checked whether it comes from this address.'),
  );
});
