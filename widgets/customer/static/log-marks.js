/**
 * Lines in a customer's log that are no events: a chat folded into one, and "New".
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { Item } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 * @import { Fold } from './folds.js'
 */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { spanOf } from './folds.js';
import { laterIcon } from './later-icons.js';

/** @param {Fold} fold @param {{open: boolean, turn: () => void, enter: () => void}} how `turn`: folds or unfolds; `enter`: goes into one that is under way @param {Chat} chat @returns {Item} */
export function foldMark(fold, { open, turn, enter }, chat) {
  const live = !fold.over && fold.chat === chat.visit.chat;
  const look = () =>
    html`<button type="button" class="fold" data-chat=${fold.chat} aria-expanded=${live ? nothing : String(open)} @click=${live ? enter : turn}>${laterIcon('messages-square')}<span><b dir="auto">${titleOf(fold)}</b><small>${live ? t('Live now') : spanOf(fold, chat.now())}</small></span>${live ? nothing : icon('chevron-down')}</button>`;
  return { kind: 'mark', key: `fold ${fold.chat}${open ? ' open' : ''}`, seq: 0, at: fold.from, look };
}

/** @param {Pick<Durable, 'seq'|'at'>} before what it stands @returns {Item} */
export const newMark = ({ seq, at }) => ({
  kind: 'mark',
  key: `new ${seq}`,
  seq: 0,
  at,
  look: () => html`<p class="newline">${t('New')}</p>`,
});

/** @param {Fold} fold */
function titleOf({ with: names }) {
  if (!names.length) return t('Chat');
  if (names.length === 1) return t('Chat with {name}', { name: names[0] });
  return t('Chat with {names} and {name}', { names: names.slice(0, -1).join(', '), name: names.at(-1) ?? '' });
}
