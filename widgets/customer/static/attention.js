/**
 * Tells the page around who wrote last of what is unread, for its title. Never the words: the page around may not read
 * them.
 */

import { firstName } from '../shared/people.js';
import { t } from '../shared/words.js';

/** @param {import('./chat.js').Chat} chat */
export function tellTitles(chat) {
  let told = '';
  chat.on('change', () => {
    const says = titleOf(chat);
    if (says === told) return;
    told = says;
    chat.host.tell('title', { says });
  });
}

/** @param {Pick<import('./chat.js').Chat, 'desk'|'visit'>} chat @returns {string} empty if everything is read */
export function titleOf({ desk, visit }) {
  const ticket = desk.tickets.all.find(({ unread }) => unread);
  if (!visit.unread && !ticket) return '';
  const name = firstName((visit.unread ? visit.agent : ticket?.last?.from)?.name);
  return name ? t('New message from {name}', { name }) : t('New message');
}
