/** From the list, the button that leads back returns to the same view. */

import { the } from '../shared/dom.js';

const { referrer } = document;
if (referrer.startsWith(`${location.origin}/tickets`) && new URL(referrer).pathname === '/tickets')
  the('back').href = referrer;
