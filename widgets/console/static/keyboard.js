/** Names of keys on the reader's keyboard. */

import { html } from '../shared/vendor/lit.js';

export const MAC = /mac/iu.test(navigator.platform);
/** The key that goes with others. */
export const COMMAND = MAC ? '⌘' : 'Ctrl';
export const ALT = MAC ? '⌥' : 'Alt';

/** What presses a dialog's button: where one writes several lines, Enter alone begins another. */
export const enterKeys = html`<span class="keys" aria-hidden="true"><span class="with">${COMMAND} </span>↵</span>`;
