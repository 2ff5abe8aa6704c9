import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { mergedInto } = await import('../../../widgets/console/static/merged-words.js');

test('a note about a merge names the ticket as long as it is merged', () => {
  const text = 'Ticket #547 was merged into this one.';
  assert.equal(mergedInto({ kind: 'note', text }, { duplicates: [546, 547] }), 547);
  assert.equal(mergedInto({ kind: 'note', text }, { duplicates: [] }), 0);
  assert.equal(mergedInto({ kind: 'message', text }, { duplicates: [547] }), 0);
  assert.equal(mergedInto({ kind: 'note', text: `${text} See #547.` }, { duplicates: [547] }), 0);
  assert.equal(mergedInto({ kind: 'note' }, null), 0);
});
