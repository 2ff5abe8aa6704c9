import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { FeedbackNews } = await import('../../../widgets/console/static/feedback-news.js');
const { FeedbackSeen } = await import('../../../widgets/console/static/feedback-seen.js');

const OLD = { at: '2026-11-25T10:00:00.000Z' };

/** @param {object|null} hello of a desk that may be connected already */
function page(hello) {
  const heard = /** @type {Record<string, (frame?: object) => void>} */ ({});
  const kept = new Map();
  const seen = new FeedbackSeen('priya', {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  });
  const did = { reads: 0, drawn: 0 };
  const news = new FeedbackNews({
    ask: async () => {
      did.reads += 1;
      return { data: [OLD], etag: null };
    },
    seen,
    changed: () => {
      did.drawn += 1;
    },
  });
  const on = (/** @type {string} */ name, /** @type {(frame?: object) => void} */ act) => {
    heard[name] = act;
    return () => delete heard[name];
  };
  const end = news.follow(/** @type {never} */ (/** @type {unknown} */ ({ hello, on })));
  return { did, end, heard, news, seen };
}

test('feedback is read once for each connection, and for news of it', async () => {
  const { did, heard } = page(null);
  assert.equal(did.reads, 0);
  heard.hello();
  heard.news({ type: 'inbox.changed' });
  assert.equal(did.reads, 1);
  heard.news({ type: 'review.feedback' });
  heard.hello();
  assert.equal(did.reads, 3);
  assert.equal(page({}).did.reads, 1);
});

test('what another tab stores asks nobody, and counts if it is the feedback that was read', async () => {
  const { did, end, heard, news, seen } = page({});
  await new Promise((done) => setImmediate(done));
  assert.equal(news.unseen, 1);
  news.stored('switchboard.draft.priya.7');
  assert.deepEqual(did, { reads: 1, drawn: 1 });
  seen.see([OLD]);
  news.stored(seen.key);
  assert.deepEqual([news.unseen, did], [0, { reads: 1, drawn: 2 }]);
  end();
  assert.deepEqual(heard, {});
});
