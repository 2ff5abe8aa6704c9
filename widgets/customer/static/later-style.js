/** The style and the icons of what comes after the form, or with files in it. */

import { the } from '../shared/dom.js';

/** @type {Promise<unknown>|null} */
let loading = null;

/** Loads it once; a page that is not packed already has it. @returns {Promise<unknown>} rejects without a connection, and may be asked again */
export function laterStyle() {
  const { later: href, icons } = the('widget').dataset;
  document.documentElement.dataset.icons = icons;
  if (!href) return Promise.resolve();
  loading ??= new Promise((done, failed) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: done });
    link.onerror = () => {
      link.remove();
      loading = null;
      failed(new Error(href));
    };
    document.head.append(link);
  });
  return loading;
}
