/** An article, or the articles of a product: complete without scripts. */

import './portal.js';
import './printing.js';
import './suggest.js';
import { markReading } from './reading.js';
import { ofTheTab, Videos } from './videos.js';

const words = /** @type {HTMLElement|null} */ (document.querySelector('article .words'));
if (words?.dataset.players) new Videos(words, ofTheTab()).start();
const contents = /** @type {HTMLElement|null} */ (document.querySelector('.toc'));
if (contents) markReading(contents);
// Most articles have no video.
if (document.querySelector('.words[data-article], [data-stopped-in]'))
  import('./places.js').then(
    ({ startPlaces }) => startPlaces(words),
    () => undefined,
  );
