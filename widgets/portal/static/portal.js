/**
 * What all pages for customers do if scripts run. Without scripts they are complete.
 */

import '../shared/offline.js';

const YEAR_S = 31_536_000;

// The desk shows times in this zone from the next page on.
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const told = `switchboard_zone=${timeZone}`;
if (timeZone && !document.cookie.split('; ').includes(told))
  Object.assign(document, { cookie: `${told}; path=/; max-age=${YEAR_S}; samesite=lax` });
