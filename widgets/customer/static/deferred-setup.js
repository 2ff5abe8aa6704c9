/** What the chat needs soon, but not to be there: its form came with figures, and nobody has a keyboard on the screen yet. */

import { Figures } from './figures.js';
import { keepAboveKeyboard } from './keyboard.js';

/** @param {import('./chat.js').Chat} chat */
export function begin(chat) {
  keepAboveKeyboard(window.visualViewport, document.documentElement.style);
  chat.on(
    'change',
    new Figures(chat, {
      ask: () =>
        fetch('/api/hours', { credentials: 'omit' }).then((answer) =>
          answer.ok ? answer.json() : Promise.reject(answer.status),
        ),
      now: () => performance.now(),
      seen: () => !document.hidden,
    }).look,
  );
}
