/**
 * The keys of the review, each alone. They replace those of the other staff pages.
 *
 * @import { Settings } from './settings.js'
 * @import { ReviewWork } from './review-work.js'
 * @typedef {'right'|'correct'|'yes'|'feedback'|'save'|'next'|'before'|'gap'|'page'|'aside'|'undo'|'ticket'} Named
 */

import { WRITING } from './keyboard.js';

/** @type {Record<string, Named>} */
const KEYS = {
  KeyA: 'right',
  KeyC: 'correct',
  KeyY: 'yes',
  KeyF: 'feedback',
  Enter: 'save',
  NumpadEnter: 'save',
  KeyJ: 'next',
  KeyK: 'before',
  KeyG: 'gap',
  Space: 'page',
  KeyS: 'aside',
  KeyZ: 'undo',
  KeyO: 'ticket',
};
/** A focused button or link has its own use for these. */
const OF_CONTROLS = new Set(['Enter', 'NumpadEnter', 'Space']);

/**
 * @param {Pick<KeyboardEvent, 'code'|'ctrlKey'|'metaKey'|'altKey'|'shiftKey'|'repeat'|'isComposing'>} key
 * @param {{writing: boolean, control: boolean, single: boolean}} at `writing`: the focus is where text is; `control`: on a button or a link
 * @returns {Named|number|null} a number: that row of the scorecard
 */
export function reviewAction(key, { writing, control, single }) {
  if (key.repeat || key.isComposing || key.ctrlKey || key.metaKey || key.altKey || key.shiftKey) return null;
  if (writing || (control && OF_CONTROLS.has(key.code))) return null;
  // Enter saves even where single keys are off: it is the page's main button.
  if (!single && !key.code.endsWith('Enter')) return null;
  const [, row] = /^Digit([1-6])$/u.exec(key.code) ?? [];
  return row ? Number(row) : (KEYS[key.code] ?? null);
}

/**
 * @param {{work: ReviewWork, correct: () => void, chat: {jump: () => void, page: () => boolean}, panel: {toFeedback: () => void}, settings: Settings}} given
 *   `page` of the chat: scrolls on; false at the end
 */
export function listensToReviewKeys({ work, correct, chat, panel, settings }) {
  /** @type {Record<Named, () => unknown>} */
  const does = {
    right: () => work.current && work.fill({ right: true }),
    correct,
    yes: () => work.yesToTheRest(),
    feedback: () => panel.toFeedback(),
    save: () => work.save(),
    next: () => work.step(1),
    before: () => work.step(-1),
    gap: () => chat.jump(),
    page: () => chat.page() || work.step(1),
    aside: () => work.putAside(),
    undo: () => work.undo(),
    ticket: () => work.open !== null && open(`/tickets/${work.open}`, '_blank', 'noopener'),
  };
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const { target } = event;
    const on = (/** @type {string} */ selector) => target instanceof HTMLElement && target.closest(selector) !== null;
    const at = { writing: on(WRITING), control: on('button, a, summary'), single: settings.now.singleKeys };
    if (event.code === 'Enter' && (event.ctrlKey || event.metaKey) && on('.rv-panel textarea')) {
      event.preventDefault();
      return void work.save();
    }
    const action = reviewAction(event, at);
    if (action === null) return;
    event.preventDefault();
    if (typeof action === 'number') work.turn(action);
    else does[action]();
  });
}
