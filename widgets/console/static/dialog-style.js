/** The styles of a page's dialogs, which are loaded with them. */

/** Loads each once; a page that is not packed already has them. @returns {Promise<unknown>} rejects without a connection, and may be asked again */
export const dialogStyle = () =>
  Promise.all(
    [...document.querySelectorAll('[data-later]')].map(
      (one) => one instanceof HTMLElement && one.dataset.later && loaded(one.dataset.later),
    ),
  );

/** @param {string} href @returns {Promise<unknown>|void} */
function loaded(href) {
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return;
  return new Promise((done, failed) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: done });
    link.onerror = () => {
      link.remove();
      failed(new Error(href));
    };
    document.head.append(link);
  });
}
