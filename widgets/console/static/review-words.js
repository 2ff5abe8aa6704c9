/** Words and icons of the review. */

/** Icon and words of each rule that selects a ticket. @type {Record<string, [string, string]>} */
export const RULES = {
  rated_badly: ['star', 'Rated 1 or 2'],
  void_counted: ['ban', 'Void with a rating or more than 3 agent messages'],
  void: ['ban', 'Void, all others'],
  auto_ended: ['timer-off', 'Ended by itself'],
  requeued: ['rotate-ccw', 'Back in the queue twice or more'],
  no_reply: ['message-circle', 'No reply'],
  long_wait: ['hourglass', 'A wait or gap over 5 minutes'],
  no_code: ['circle-alert', 'No code fits, said by the agent'],
  words: ['search-check', 'Code and words disagree'],
  corrected_before: ['clipboard-check', 'Code corrected before, same agent and code'],
  reopened: ['reply', 'Reopened within 2 days'],
};

/** Rules that cannot be switched off. */
export const ALWAYS = new Set(['void_counted']);

/**
 * How many chats these rules select together. A chat that several of them select counts once.
 * @param {Array<{rules: string[], count: number}>} together @param {Set<string>} rules
 */
export function selected(together, rules) {
  const chosen = together.filter((one) => one.rules.some((rule) => rules.has(rule) || ALWAYS.has(rule)));
  return chosen.reduce((sum, { count }) => sum + count, 0);
}

/** Like `Mon, Nov 23`. @param {string} day like `2026-11-23` */
export function dayName(day) {
  const at = new Date(`${day}T12:00:00Z`);
  const format = new Intl.DateTimeFormat('en-US', {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  return format.format(at).replaceAll(' ', '\u00a0').replace(',\u00a0', ', ');
}

/** The day like `2026-11-23` in a time zone; in the browser's own if it does not know the zone. @param {string} zone @param {number} at ms */
export function dayIn(zone, at) {
  const how = /** @type {const} */ ({ year: 'numeric', month: '2-digit', day: '2-digit' });
  try {
    return new Intl.DateTimeFormat('en-CA', { ...how, timeZone: zone }).format(at);
  } catch {
    return new Intl.DateTimeFormat('en-CA', how).format(at);
  }
}
