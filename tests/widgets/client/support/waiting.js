/** Waiting for what is to come, never for time to pass. */

const DEADLINE_MS = 60_000;

/**
 * @template T
 * @param {() => T} condition looked at again and again @param {string} [what] is waited for
 * @returns {Promise<T>} what it gave, once that is true
 */
export async function until(condition, what = condition.toString()) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const given = condition();
    if (given) return given;
    if (Date.now() > deadline) throw new Error(`This did not come true within ${DEADLINE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
