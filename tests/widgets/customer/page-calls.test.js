import assert from 'node:assert/strict';
import test from 'node:test';
import { PageCalls } from '../../../widgets/customer/static/page-calls.js';

/** What the browser's console says about the attributes of the script. @param {Record<string, string>} data */
function saidAbout(data) {
  /** @type {string[]} */
  const said = [];
  const loader = { data, calls: [], complain: (/** @type {string} */ sentence) => said.push(sentence) };
  new PageCalls(
    /** @type {import('../../../widgets/customer/static/chat-frame.js').Loader} */ (/** @type {unknown} */ (loader)),
  );
  return said;
}

test('an attribute with a value that it may not have is named', () => {
  assert.deepEqual(saidAbout({ notices: 'no', position: 'left' }), ['data-notices="no" is not off']);
});

test('an attribute that the chat does not have is named, with those that it has', () => {
  const [said, ...others] = saidAbout({ brandColor: '#0a6e8a', team: 'media', color: '#0a6e8a' });
  assert.match(said, /^data-brand-color is ignored\. Use data-team or data-color, .*data-contact$/u);
  assert.deepEqual(others, []);
});

test('attributes that frameworks and consent tools add to any script are fine', () => {
  assert.deepEqual(saidAbout({ nscript: 'afterInteractive', turboTrack: 'reload', cfasync: 'false' }), []);
});
