/**
 * The chat as a module, for sites that are bundled: copy this file, or make it a package of your own.
 *
 * Puts the script on the page, once, and returns the function that calls it. Calls before the script has loaded wait.
 *
 * @param {string} desk address of the desk: `https://support.example.com`
 * @param {Record<string, string>} [attributes] of the script: `{ team: 'media', locale: 'fr', color: '#0a6e8a' }`
 * @returns {(command: string, ...rest: unknown[]) => unknown}
 */
export function switchboard(desk, attributes = {}) {
  /** @typedef {((...call: unknown[]) => unknown) & {q?: unknown[][]}} Calls */
  const page = /** @type {{Switchboard?: Calls}} */ (/** @type {unknown} */ (window));
  /** @type {unknown[][]} */
  const q = [];
  page.Switchboard ??= Object.assign((/** @type {unknown[]} */ ...call) => q.push(call), { q });
  const src = `${desk}/widget.js`;
  if (![...document.scripts].some((script) => script.src === src)) {
    const script = Object.assign(document.createElement('script'), { src, async: true });
    Object.assign(script.dataset, attributes);
    document.head.append(script);
  }
  return (...call) => page.Switchboard?.(...call);
}
