/**
 * How a chat ceased to be an agent's, in a sentence. Pure.
 *
 * @typedef {{how: string, by: string|null, to: string|null}} Parting
 *   `how`: the reason of `chat.left`, or "unanswered"; `by`: who did it; `to`: the colleague whom it was handed on to
 */

/**
 * @param {Parting|null} parting null where it is not known
 * @param {{who: string, team: string, by: string|null}} chat `who`: its customer; `team`: whose it is now; `by`: the colleague who has it now
 * @returns {string}
 */
export function partingWords(parting, { who, team, by }) {
  switch (parting?.how) {
    case 'transferred':
      return `You handed ${who} on to ${parting.to ?? team}.`;
    case 'unanswered':
      return `${parting.to ?? 'Your colleague'} did not answer. The chat with ${who} waits in the queue for ${team}.`;
    case 'taken':
      return `${parting.by ?? 'A supervisor'} took over the chat with ${who}.`;
    case 'gone':
      return `You had no connection, so the chat with ${who} went back to the queue for ${team}.`;
    case 'no_reply':
      return `The chat with ${who} had no reply in time and went back to the queue for ${team}.`;
    default:
      return by ? `${by} has the chat with ${who} now.` : `The chat with ${who} is not yours any more.`;
  }
}
