/** The style of the console's dialogs, which is loaded with them. */

import { the } from '../shared/dom.js';

/** Loads it once; a page that is not packed already has it. @returns {Promise<unknown>} rejects without a connection, and may be asked again */
export function dialogStyle() {
  const { later: href } = the('desk').dataset;
  if (!href || document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  return new Promise((done, failed) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: done });
    link.onerror = () => {
      link.remove();
      failed(new Error(href));
    };
    document.head.append(link);
  });
}
