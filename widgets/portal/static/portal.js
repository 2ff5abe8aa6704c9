/**
 * What all pages for customers do if scripts run. Without scripts they are complete.
 */

import '../shared/offline.js';

// Menus close as people expect: by Escape, and by a click elsewhere.
const menus = () =>
  /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll('details[open]:is(.lang, :has(> .pop))'));
document.addEventListener('keydown', ({ key, target }) => {
  for (const menu of key === 'Escape' ? menus() : []) {
    menu.open = false;
    if (target instanceof Node && menu.contains(target)) menu.querySelector('summary')?.focus();
  }
});
document.addEventListener('click', ({ target }) => {
  for (const menu of menus()) if (target instanceof Node && !menu.contains(target)) menu.open = false;
});

// What cannot be undone is asked for first.
document.addEventListener('submit', (event) => {
  const sure = event.submitter?.dataset.sure;
  if (sure && !window.confirm(sure)) event.preventDefault();
});

const YEAR_S = 31_536_000;

// The desk shows times in this zone from the next page on.
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const told = `switchboard_zone=${timeZone}`;
if (timeZone && !document.cookie.split('; ').includes(told))
  Object.assign(document, { cookie: `${told}; path=/; max-age=${YEAR_S}; samesite=lax` });
