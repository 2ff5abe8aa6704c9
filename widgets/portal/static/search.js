/** The results of a search. */

import './portal.js';
import './suggest.js';
