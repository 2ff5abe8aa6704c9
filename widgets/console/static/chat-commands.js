/** What the command palette can do with the chat on the screen. */

import { the } from '../shared/dom.js';
import { onScreen } from './palette-commands.js';

/**
 * @param {import('./agent-work.js').AgentWork} work @param {() => void} note begins a note
 * @returns {import('./palette-commands.js').Command[]} none without a chat of the agent
 */
export function commandsFor(work, note) {
  const { chosen } = work;
  if (chosen === null || !work.chats.of(chosen).held) return [];
  return [
    {
      id: 'transfer',
      name: 'Transfer this chat',
      icon: 'arrow-right-left',
      words: 'hand over give team colleague',
      run: () => work.transfer(),
    },
    {
      id: 'close',
      name: 'Close this chat',
      icon: 'check',
      words: 'end solve resolution code ticket',
      run: () => work.endings.close(),
    },
    { id: 'note', name: 'Write a note', icon: 'lock', words: 'internal staff mention', run: note },
    ...(work.me.role === 'agent'
      ? [
          {
            id: 'block',
            name: 'Ask a supervisor to block them, in a note',
            icon: 'lock',
            words: 'ban rude abuse insult spam',
            run: note,
          },
        ]
      : []),
  ];
}

/** Offers them in the palette of the console. */
export function offerCommands() {
  const box = the('reply-part');
  onScreen.commands = () => (box.work ? commandsFor(box.work, () => void box.as(true)) : []);
}
