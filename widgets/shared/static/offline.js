/** Registers the worker that shows `/offline` when the desk cannot be reached (`offline-worker.js`). */

/** @typedef {{createPolicy: (name: string, rules: {createScriptURL: () => string}) => {createScriptURL: (text: string) => unknown}}} TrustedTypes */
const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));
const ADDRESS = '/offline-worker.js';
const policy = trustedTypes?.createPolicy('switchboard-offline', { createScriptURL: () => ADDRESS });
const address = /** @type {string} */ (/** @type {unknown} */ (policy?.createScriptURL('') ?? ADDRESS));

// Without a worker the browser shows its own error page.
navigator.serviceWorker?.register(address).catch(() => {});
