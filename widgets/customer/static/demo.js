/* What a site tells agents of its customer. Calls wait until the chat's own script is loaded. */
(() => {
  const page = /** @type {{Switchboard?: Function & {q?: unknown[]}}} */ (/** @type {unknown} */ (window));
  /** @type {unknown[]} */
  const q = [];
  page.Switchboard ??= Object.assign((/** @type {unknown[]} */ ...call) => q.push(call), { q });
  page.Switchboard('set', { fields: { Plan: 'Planner, 40 seats', 'Last order': 'SO-448210' } });
})();
