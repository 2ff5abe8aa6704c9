/**
 * htmx, as the customers' pages use it: a form or a field replaces a part of its page by that part of the answer, which is
 * a whole page of ours. Without scripts the browser loads the same answer.
 *
 * htmx can compile texts to programs. Here it can't: the policy of the server forbids it, and so does this module.
 */

import htmx from '../shared/vendor/htmx.js';

/** @typedef {{createPolicy: (name: string, rules: object) => object}} TrustedTypes */
const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));
// Pages are parsed without running what is in them. Scripts never come this way.
const rules = { createHTML: (/** @type {string} */ page) => page, createScript: () => '' };

function refuse() {
  throw new Error('The pages have no programs in their attributes.');
}

// The browser keeps the pages itself. Large files take their time.
Object.assign(htmx.config, { history: false, defaultTimeout: 0 });

htmx.registerExtension('switchboard', {
  init: (api) => api.initSecurity(trustedTypes?.createPolicy('switchboard-pages', rules) ?? rules, refuse, refuse),
});

/** @typedef {CustomEvent<{ctx: {select?: string, text?: string, request: {method: string}, response?: {raw: Response}}}>} Swapping */

/** @param {Event} event */
const swapping = (event) => /** @type {Swapping} */ (event).detail.ctx;
/** @param {Event} event */
const addressOf = (event) => new URL(swapping(event).response?.raw.url ?? location.href);

/** @param {() => void} then called before a part of the page is replaced */
export function beforeSwap(then) {
  document.addEventListener('htmx:before:swap', then);
}

/** @param {(answered: URL) => void} then called after a part of the page was replaced, with the address of the answer */
export function afterSwap(then) {
  document.addEventListener('htmx:after:swap', (event) => then(addressOf(event)));
}

/** @param {() => void} then called if a form could not be sent, and the page is as before */
export function notSent(then) {
  document.addEventListener('htmx:error', then);
  document.addEventListener('switchboard:not-sent', then);
}

// An answer without the wanted part is another page: of an error, or for somebody who is no longer signed in.
document.addEventListener('htmx:before:swap', (event) => {
  const { select, text, request } = swapping(event);
  if (!select || text?.includes(`id="${select.slice(1)}"`)) return;
  event.preventDefault();
  if (request.method === 'GET') location.assign(addressOf(event));
  else document.dispatchEvent(new Event('switchboard:not-sent'));
});
