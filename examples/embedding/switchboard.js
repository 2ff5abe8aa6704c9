/**
 * The widget as a module, for sites that use a bundler. Copy this file, or make it a package of your own.
 *
 * Adds the widget's script to the page, once, and returns the function that calls the widget. Calls made before the
 * script has loaded are queued.
 *
 * @param {string} desk The address of the desk, such as `https://support.example.com`.
 * @param {Record<string, string>} [attributes] The `data-` attributes of the script, as `{ team: 'media', locale: 'fr' }`.
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
