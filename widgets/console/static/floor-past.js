/**
 * The texts of alarms that are over. Pure.
 *
 * @typedef {{id: string, name: string}} Person
 * @typedef {{kind: string, team: string, chat: string|null, ticket: number|null, customer?: string|null, chat_started_at?: string|null, staff: Person|null, raised_at: string, cleared_at: string|null, had_by: Person|null, muted_by: Person|null, muted_until: string|null}} Past
 */

import { span } from '../shared/moments.js';

/** @type {Record<string, string>} */
const NAMES = {
  unstaffed: 'Nobody available',
  agent_gone: 'Agent disconnected',
  first_reply: 'First response overdue',
  next_reply: 'Next response overdue',
  queue: 'Wait over the target',
  closing: 'Someone waited at closing',
};

/** Without the customer's name, the start of the chat tells alarms apart. @param {Past} alarm @param {(at: string) => string} stamp */
export function pastWords({ kind, staff, customer, chat_started_at: began }, stamp) {
  const who = customer ?? (began && `chat from ${stamp(began)}`);
  const agent = staff?.name && (who ? `with ${staff.name}` : staff.name);
  return [NAMES[kind] ?? 'Alarm', who, agent].filter(Boolean).join(', ');
}

/**
 * Who had the alarm, and who muted it until when. Empty if nobody did either.
 * @param {Past} alarm @param {(at: string) => string} stamp
 */
export function careWords({ had_by: had, muted_by: muted, muted_until: until }, stamp) {
  const words = had ? [had.name] : [];
  if (muted) words.push(`muted by ${muted.name}${until ? ` until ${stamp(until)}` : ''}`);
  return words.join(', ');
}

/** How long the condition of an alarm held: for a reply, how long it was overdue. @param {Past} alarm @param {number} now */
export function lasted({ raised_at: raised, cleared_at: cleared }, now) {
  const ms = (cleared ? new Date(cleared).getTime() : now) - new Date(raised).getTime();
  return `${span(Math.max(0, ms))}${cleared ? '' : ' so far'}`;
}
