/** Opens PDFs of conversations in the browser's viewer, in a new tab. A browser without a viewer saves them. */

import { element } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';

export function opensPdfs() {
  document.addEventListener('click', (event) => {
    const { target, ctrlKey, metaKey, shiftKey, altKey } = event;
    const link = target instanceof Element ? target.closest('a.file[href^="/api/files/"]') : null;
    if (!(link instanceof HTMLAnchorElement) || !link.download.toLowerCase().endsWith('.pdf')) return;
    if (event.defaultPrevented || ctrlKey || metaKey || shiftKey || altKey) return;
    event.preventDefault();
    void open(link);
  });
}

/** @param {HTMLAnchorElement} link */
async function open({ pathname, download }) {
  try {
    const { data } = await ask('GET', pathname);
    element('a', { href: `${data.url}&as=shown`, target: '_blank', rel: 'noopener' }).click();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // The browser says why.
    element('a', { href: pathname, download }).click();
  }
}
