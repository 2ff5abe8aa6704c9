/** What the form needs rarely, loaded then. */

import './one-chunk.js';

export { fullWords } from './line-words.js';
export { faultsOf } from './page-faults.js';
export { suggest } from './suggesting.js';
