/**
 * The agents of the floor to whom a chat can be reassigned, and why it cannot go to the others. Pure.
 *
 * @import { AgentRow } from './floor-rows.js'
 * @typedef {{team: AgentRow[], others: AgentRow[], cannot: Array<{row: AgentRow, why: string}>}} Takers
 *   `team`: agents of the chat’s team; `others`: with them, the chat moves to a team of theirs
 */

/**
 * Why an agent cannot get a chat of a team now, as the desk decides it. Empty if they can.
 * @param {AgentRow} agent @param {string} team
 */
export function whyNot({ connected, status, reason, free, capacity, paused, teams }, team) {
  if (!connected) return status === 'available' ? 'connection lost' : 'not connected';
  if (status !== 'available') return status === 'away' && reason ? `away: ${reason}` : status;
  const pauses = teams.includes(team) ? paused.includes(team) : teams.every((one) => paused.includes(one));
  if (pauses) return 'takes no new chats now';
  return free > 0 ? '' : `full, ${capacity - free} of ${capacity}`;
}

/** Sorted by name. @param {Iterable<AgentRow>} agents @param {string} team of the chat @param {string} holder who has it @returns {Takers} */
export function takers(agents, team, holder) {
  /** @type {Takers} */
  const found = { team: [], others: [], cannot: [] };
  const rows = [...agents].filter(({ staff }) => staff !== holder).sort((a, b) => a.name.localeCompare(b.name));
  for (const row of rows) {
    const why = whyNot(row, team);
    if (why) found.cannot.push({ row, why });
    else if (row.teams.includes(team)) found.team.push(row);
    else found.others.push(row);
  }
  return found;
}
