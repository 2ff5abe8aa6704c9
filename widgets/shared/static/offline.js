/** Registers the worker that shows `/offline` when the desk cannot be reached (`offline-worker.js`). */

/** @typedef {{createPolicy: (name: string, rules: {createScriptURL: () => string}) => {createScriptURL: (text: string) => unknown}}} TrustedTypes */
const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));
const policy = trustedTypes?.createPolicy('switchboard-offline', { createScriptURL: () => '/offline-worker.js' });

if ('serviceWorker' in navigator) {
  const address = /** @type {string} */ (
    /** @type {unknown} */ (policy ? policy.createScriptURL('') : '/offline-worker.js')
  );
  // Without a worker the browser shows its own error page.
  navigator.serviceWorker.register(address).catch(() => {});
}
