/**
 * Sentences on why an agent no longer has a chat. Pure.
 *
 * @typedef {{how: string, by: string|null, to: string|null, seconds?: number}} Parting
 *   `how`: the reason of `chat.left`, or "closed"; where a colleague must accept it, "asked", and then what came of that: "accepted", "unanswered", "outrun" by
 *   somebody else, "ended" by the customer; `by`: who did it; `to`: the colleague whom it was handed on to; `seconds`: for how long they may accept it
 */

/** @param {string} who */
const sentence = (who) => who.charAt(0).toUpperCase() + who.slice(1);

/**
 * @param {Parting|null} parting null where it is not known
 * @param {{who: string, team: string, by: string|null}} chat `who`: its customer; `team`: whose it is now; `by`: the colleague who has it now
 * @returns {string}
 */
export function partingWords(parting, { who, team, by }) {
  switch (parting?.how) {
    case 'transferred':
      return `You transferred ${who} to ${parting.to ?? team}.`;
    case 'asked':
      return `You asked ${parting.to ?? 'a colleague'} to take the chat with ${who}${parting.seconds ? `. They have ${parting.seconds} s to accept` : ''}.`;
    case 'accepted':
      return `${parting.to ?? 'Your colleague'} took the chat with ${who}.`;
    case 'unanswered':
      return `${parting.to ?? 'Your colleague'} didn’t take it. The chat with ${who} is waiting in the queue for ${team}.`;
    case 'outrun':
      return `${by ?? 'Somebody else'} took the chat with ${who} before ${parting.to ?? 'your colleague'} did.`;
    case 'ended':
      return `${sentence(who)} left before ${parting.to ?? 'your colleague'} took the chat.`;
    case 'taken':
      return `${parting.by ?? 'A supervisor'} took over the chat with ${who}.`;
    case 'reassigned':
      return `${parting.by ?? 'A supervisor'} reassigned the chat with ${who} to ${parting.to ?? team}.`;
    case 'closed':
      return `${parting.by ?? 'A supervisor'} closed the chat with ${who}.`;
    case 'gone':
      return `You were disconnected, so the chat with ${who} went back to the queue for ${team}.`;
    case 'no_reply':
      return `The chat with ${who} had no reply in time and went back to the queue for ${team}.`;
    default:
      return by ? `${by} has the chat with ${who} now.` : `You no longer have the chat with ${who}.`;
  }
}
