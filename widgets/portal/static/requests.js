/** My requests: the list follows what is typed into the search field (`data-hx-…` in requests.html). */

import './portal.js';
import { afterSwap } from './swap.js';

// The address has the search, for a reload and for the way back.
afterSwap((answered) => history.replaceState(null, '', answered));
