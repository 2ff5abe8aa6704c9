/** An article, or the articles of a product: complete without scripts. */

import './portal.js';
import './suggest.js';
