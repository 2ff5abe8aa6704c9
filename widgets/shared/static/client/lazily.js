/** Chunks that a page loads when it needs them. */

/**
 * Loads a chunk. If the server no longer has the build that this page is of (it was upgraded), the page reloads, once for
 * each build: drafts and the outbox are in the browser's storage. Without storage nothing is reloaded, as nothing would
 * be kept.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @param {Pick<typeof globalThis, 'fetch'|'sessionStorage'|'location'>} page
 * @returns {Promise<T>} rejects as `load` does
 */
export const lazily = (load, page = globalThis) =>
  load().catch(async (fault) => {
    const { url } = import.meta;
    try {
      const { status } = await page.fetch(url, { method: 'HEAD', cache: 'no-store' });
      if (status === 404 && !page.sessionStorage[url]) {
        page.sessionStorage[url] = 1;
        page.location.reload();
      }
    } catch {
      // The server cannot be reached: the caller tries again.
    }
    throw fault;
  });
