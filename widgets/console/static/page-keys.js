/**
 * The keys of a staff page.
 *
 * @import { Named } from './keys.js'
 * @import { Settings } from './settings.js'
 * @typedef {Partial<Record<Named, () => void>>} Does what a page does for a key
 */

import { MAC, WRITING } from './keyboard.js';
import { actionOf } from './keys.js';

/** What a key asks for, where it is pressed. @param {KeyboardEvent} event @param {Settings} settings */
export function asked(event, settings) {
  const { target } = event;
  const writing = target instanceof HTMLElement && target.closest(WRITING) !== null;
  return actionOf(event, { mac: MAC, writing, single: settings.now.singleKeys });
}

/** @param {Does} does @param {Settings} settings */
export function listenToKeys(does, settings) {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const action = asked(event, settings);
    if (!action || action.do === 'chat') return;
    const act = does[action.do];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
