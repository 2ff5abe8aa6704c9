/**
 * Words about the entries of a customer's timeline. Pure.
 *
 * @typedef {'chat'|'ticket'|'reply'|'note'|'mail'} Kind
 * @typedef {{kind: Kind, at: string, ticket: number|null, chat: string|null, text: string|null, by: string|null, status: string|null, rating: number|null}} Entry
 */

/** @type {Record<string, string>} */
const STATUSES = {
  open: 'Open',
  awaiting_reply: 'Awaiting customer',
  fixed_pending_rca: 'Fixed – Pending RCA',
  solved: 'Solved',
};

/** Where an entry leads; empty for a note about the customer. @param {Entry} entry */
export const placeOf = ({ ticket, chat }) =>
  ticket !== null ? `/tickets/${ticket}` : chat !== null ? `/console#chat=${encodeURIComponent(chat)}` : '';

/** What stands below the text of an entry. @param {Entry} entry @returns {string} */
export function factsOf({ kind, ticket, by, status, rating }) {
  const on = ticket !== null ? `#${ticket}` : kind === 'chat' ? 'Going on' : 'About them';
  const facts = [on, status && STATUSES[status], by && (kind === 'chat' ? `with ${by}` : by)];
  return [...facts, rating && `rated ${rating} of 5`].filter(Boolean).join(' · ');
}

/** What stands for a chat, ticket, reply or note. @param {Entry} entry */
export function saidOf({ kind, text }) {
  if (text === null) return kind === 'chat' || kind === 'ticket' ? 'No subject' : 'Removed';
  return text || 'Files';
}

/** Stands for an empty list. @param {Kind|''} kind that was chosen */
export const nothingOf = (kind) =>
  kind === 'ticket' ? 'Nothing here. Tickets that began as chats are under Chats.' : 'Nothing of this kind yet.';
