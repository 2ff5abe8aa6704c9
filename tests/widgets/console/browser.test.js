import assert from 'node:assert/strict';
import test from 'node:test';
import { browserOf } from '../../../widgets/console/static/browser.js';

const WEBKIT = '(KHTML, like Gecko)';

test('a user agent becomes a browser and a system', () => {
  const edge = `(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 ${WEBKIT} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`;
  const phone = '(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15';
  assert.equal(browserOf(`Mozilla/5.0 ${edge}`), 'Edge 131, Windows');
  assert.equal(
    browserOf(`Mozilla/5.0 ${phone} ${WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1`),
    'Safari 18, iPhone',
  );
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';
  assert.equal(browserOf(firefox), 'Firefox 133, Linux');
});

test('one that nobody knows is shown as it is, in part', () => {
  assert.equal(browserOf('curl/8.5'), 'curl/8.5');
  assert.equal(browserOf('x'.repeat(500)).length, 60);
});
