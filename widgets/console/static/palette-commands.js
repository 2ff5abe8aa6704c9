/**
 * What the palette can do besides finding. Pure.
 *
 * @typedef {{id: string, name: string, icon: string, href?: string, act?: string, run?: () => void, words?: string}} Command
 *   `href`: the page that it leads to; `act`: an action of the page, which comes first; `run`: what it does; `words`: other words for it
 */

import { VIEWS } from './views.js';

/** What can be done with the chat or ticket on the screen, offered first. @type {{commands: () => Command[]}} */
export const onScreen = { commands: () => [] };

/** @type {Command[]} */
const PAGES = [
  { id: 'chats', name: 'Go to chats', icon: 'messages-square', href: '/console', words: 'console queue' },
  ...VIEWS.flatMap(([, views]) =>
    views.map(({ key, name, icon }) => ({
      id: `view-${key}`,
      name: `Tickets: ${name}`,
      icon,
      href: key ? `/tickets?view=${key}` : '/tickets',
      words: 'go list view',
    })),
  ),
  { id: 'inbox', name: 'Inbox', icon: 'inbox', href: '/inbox', words: 'go mentions unread notifications followed' },
  {
    id: 'canned',
    name: 'Canned replies',
    icon: 'file-text',
    href: '/canned-replies',
    words: 'keep edit snippets macros',
  },
  { id: 'account', name: 'Your account', icon: 'user', href: '/account', words: 'password settings sessions feedback' },
  { id: 'reports', name: 'Reports', icon: 'chart-no-axes-column', href: '/reports', words: 'go figures day' },
];

/** Actions, in the order in which they are offered. @type {Command[]} */
const ACTIONS = [
  { id: 'available', name: 'Go available', icon: 'circle-check', act: 'available', words: 'become online status' },
  { id: 'away', name: 'Set yourself away', icon: 'hourglass', act: 'away', words: 'go break pause status' },
  { id: 'status', name: 'Change your status', icon: 'chevron-down', act: 'status', words: 'offline lunch meeting' },
  { id: 'new', name: 'New ticket', icon: 'plus', act: 'create', href: '/tickets#new', words: 'create phone' },
  {
    id: 'filter',
    name: 'Filter tickets',
    icon: 'search',
    act: 'filter',
    href: '/tickets#filter',
    words: 'code status client',
  },
  {
    id: 'keys',
    name: 'Shortcuts and alerts',
    icon: 'keyboard',
    act: 'sheet',
    words: 'keyboard sound notifications help',
  },
  { id: 'theme', name: 'Switch between light and dark', icon: 'sun-moon', act: 'theme', words: 'mode color' },
  { id: 'sign-out', name: 'Sign out', icon: 'log-out', act: 'signOut', words: 'leave log' },
];

/** What only supervisors and admins may do. @type {Command[]} */
const PUBLISHING = [
  {
    id: 'incident',
    name: 'Open an incident',
    icon: 'gauge',
    href: '/admin/systems#open',
    words: 'system availability status outage maintenance banner',
  },
];

/**
 * The commands for these words, best first; all for none.
 * @param {string[]} words in lower case @param {string|null} [status] the agent's
 * @param {boolean} [publishes] whether the person publishes system availability
 */
export function commandsFor(words, status = null, publishes = false) {
  const offered = [
    ...onScreen.commands(),
    ...ACTIONS.filter(({ id }) => id !== status),
    ...PAGES,
    ...(publishes ? PUBLISHING : []),
  ];
  const has = (/** @type {string} */ text) => words.every((word) => text.toLocaleLowerCase().includes(word));
  const named = offered.filter(({ name }) => has(name));
  return [...named, ...offered.filter((one) => !named.includes(one) && has(`${one.name} ${one.words ?? ''}`))];
}
