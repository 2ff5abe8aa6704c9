/** Addresses of the web pages on which customers are. */

import { html } from '../shared/vendor/lit.js';

/** Only web addresses become links; anything else stays text. @param {string} address */
export function place(address) {
  if (!/^https?:\/\//iu.test(address) || !URL.canParse(address)) return address;
  const { host, pathname } = new URL(address);
  return html`<a class="link" href=${address} target="_blank" rel="noopener noreferrer nofollow">${host + (pathname === '/' ? '' : pathname)}</a>`;
}
