/** An article, or the articles of a product: complete without scripts. */

import './portal.js';
import './printing.js';
import './suggest.js';
import { ofTheTab, Videos } from './videos.js';

const words = /** @type {HTMLElement|null} */ (document.querySelector('.words[data-players]'));
if (words) new Videos(words, ofTheTab()).start();
