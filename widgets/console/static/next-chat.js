/** Sentences on how an available agent gets the next chat. Pure. */

/** @param {string[]} names @returns {string} `Media, Prod and Tech` */
export const listed = (names) =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');

/**
 * @param {Array<{name: string, assign?: string}>} teams whom they are available for
 * @param {number} [paused] how many others of their teams they have paused
 * @returns {string}
 */
export function nextChatWords(teams, paused = 0) {
  if (!teams.length && paused) return 'You’ve paused all your teams, so you won’t get new chats.';
  const offering = teams.filter(({ assign }) => assign === 'offer').map(({ name }) => name);
  if (!offering.length) return 'The next chat in the queue comes to you automatically.';
  if (offering.length === teams.length) return 'The next chat in the queue is offered to you. Accept it to take it.';
  return `The next chat in the queue comes to you automatically. Chats for ${listed(offering)} are offered to you first.`;
}

/** Text beside the status of an available agent. @param {string[]} paused names of teams @param {number} all how many they have @returns {string} */
export function pausedWords(paused, all) {
  if (paused.length === all && all > 1) return 'all teams paused';
  return paused.length > 1 ? `${paused.length} teams paused` : paused.length ? `${paused[0]} paused` : '';
}
