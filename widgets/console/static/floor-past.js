/**
 * The texts of alarms that are over. Pure.
 *
 * @typedef {{id: string, name: string}} Person
 * @typedef {{kind: string, team: string, chat: string|null, staff: Person|null, raised_at: string, cleared_at: string|null, had_by: Person|null, muted_by: Person|null}} Past
 */

import { span } from '../shared/moments.js';

/** @type {Record<string, string>} */
const NAMES = {
  unstaffed: 'Nobody available',
  agent_gone: 'Agent disconnected',
  first_reply: 'First reply overdue',
  next_reply: 'Next reply overdue',
  queue: 'Long wait',
  closing: 'Someone waited at closing',
};

/** @param {Past} alarm */
export function pastWords({ kind, staff }) {
  return `${NAMES[kind] ?? 'Alarm'}${staff?.name ? `, ${staff.name}` : ''}`;
}

/** How long an alarm stood. @param {Past} alarm @param {number} now */
export function lasted({ raised_at: raised, cleared_at: cleared }, now) {
  const ms = (cleared ? new Date(cleared).getTime() : now) - new Date(raised).getTime();
  return `${span(Math.max(0, ms))}${cleared ? '' : ' so far'}`;
}
