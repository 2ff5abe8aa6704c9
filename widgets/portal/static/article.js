/** An article, or the articles of a product: complete without scripts. */

import './portal.js';
import './printing.js';
import './suggest.js';
import { markReading } from './reading.js';
import { ofTheBrowser, Places, showStopped } from './places.js';
import { ofTheTab, Videos } from './videos.js';

const words = /** @type {HTMLElement|null} */ (document.querySelector('article .words'));
if (words?.dataset.players) new Videos(words, ofTheTab()).start();
if (words?.dataset.article) {
  const places = new Places(words, ofTheBrowser(), (path, body) => {
    // An answer is not awaited: what is not kept now is kept the next time.
    fetch(path, { method: 'PUT', body, keepalive: true, headers: { 'Content-Type': 'application/json' } }).catch(
      () => undefined,
    );
  });
  places.start(location.hash === '#continue');
  addEventListener('pagehide', () => places.leave());
  document.addEventListener('visibilitychange', () => document.hidden && places.leave());
}
const contents = /** @type {HTMLElement|null} */ (document.querySelector('.toc'));
if (contents) markReading(contents);
showStopped(document, ofTheBrowser());
