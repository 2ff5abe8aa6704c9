/** Names of keys on the reader's keyboard. */

import { html } from '../shared/vendor/lit.js';

export const MAC = /mac/iu.test(navigator.platform);
/** The modifier key. */
export const COMMAND = MAC ? '⌘' : 'Ctrl';
export const ALT = MAC ? '⌥' : 'Alt';

/** The keys that press a dialog's button. In a box of several lines, Enter alone starts a new line. */
export const enterKeys = html`<span class="keys" aria-hidden="true"><span class="with">${COMMAND} </span>↵</span>`;

/** With the focus in one of these, single keys are text or choices. */
export const WRITING =
  'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=menu], [data-still]';
