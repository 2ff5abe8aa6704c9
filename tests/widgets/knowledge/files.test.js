import assert from 'node:assert/strict';
import test from 'node:test';
import { placeOfCaptions } from '../../../widgets/knowledge/static/files.js';

const TEXT =
  '![A](/articles/files/a.webm)\n\n![B](/articles/files/b.mp4 "/b.vtt")\n\n![C](/articles/files/c.mp4)\n![D](/d.png)';

/** @param {number} at */
const withCaptions = (at) => {
  const place = placeOfCaptions(TEXT, at) ?? 0;
  return `${TEXT.slice(0, place)} "/x.vtt"${TEXT.slice(place)}`;
};

test('captions go to the last video without captions before the cursor', () => {
  assert.ok(withCaptions(TEXT.length).includes('c.mp4 "/x.vtt")'));
  assert.ok(withCaptions(TEXT.indexOf('![C]')).includes('a.webm "/x.vtt")'));
});

test('captions go to the first video if none is before the cursor, and nowhere without a video', () => {
  assert.ok(withCaptions(0).includes('a.webm "/x.vtt")'));
  assert.equal(placeOfCaptions('![D](/d.png) and words', 5), undefined);
  assert.equal(placeOfCaptions('![B](/b.mp4 "/b.vtt")', 5), undefined);
});
