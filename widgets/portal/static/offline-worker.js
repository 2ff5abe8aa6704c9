/**
 * Shows `/offline` for a page that cannot be reached. It caches only that page and its files, and never answers while
 * the desk can be reached, so no page it shows is out of date.
 */

(() => {
  /**
   * @typedef {Event & {waitUntil: (work: Promise<unknown>) => void}} Lasting
   * @typedef {Event & {request: Request, respondWith: (answer: Promise<Response|undefined>) => void}} Asked
   * @typedef {{addEventListener: {(type: 'install'|'activate', fn: (event: Lasting) => void): void, (type: 'fetch', fn: (event: Asked) => void): void},
   *   skipWaiting: () => Promise<void>, clients: {claim: () => Promise<void>}}} Worker
   */
  const worker = /** @type {Worker} */ (/** @type {unknown} */ (globalThis));
  const KEPT = 'switchboard-offline';
  const PAGE = '/offline';

  async function keep() {
    const page = await fetch(PAGE, { cache: 'no-store' });
    const needed = [...(await page.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/gu)].map(
      ([, address]) => address,
    );
    const cache = await caches.open(KEPT);
    await cache.put(PAGE, page);
    await cache.addAll([...new Set(needed)]);
  }

  worker.addEventListener('install', (event) => event.waitUntil(keep().then(() => worker.skipWaiting())));
  worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
  worker.addEventListener('fetch', (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    // The chat frame's loader shows its own message.
    if (request.method !== 'GET' || origin !== location.origin || pathname === '/widget') return;
    if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
    else if (pathname.startsWith('/static/'))
      event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  });
})();
