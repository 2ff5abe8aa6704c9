/**
 * The keys of the review, each alone. They replace those of the other staff pages.
 *
 * @import { Settings } from './settings.js'
 * @import { ReviewWork } from './review-work.js'
 * @import { Named } from './review-actions.js'
 */

import { WRITING } from './keyboard.js';
import { reviewAction } from './review-actions.js';

/**
 * @param {{work: ReviewWork, chat: {jump: () => void, page: () => boolean}, panel: {toFeedback: () => void, takesKeys: () => void}, settings: Settings}} given
 *   `page` of the chat: scrolls on; false at the end
 */
export function listensToReviewKeys({ work, chat, panel, settings }) {
  /** @type {Record<Named, () => unknown>} */
  const does = {
    right: () => work.current && work.fill({ right: true }),
    correct: () => work.askCorrection(),
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
      // Keys go to the next chat, not into its feedback.
      panel.takesKeys();
      return void work.save();
    }
    const action = reviewAction(event, at);
    if (action === null) return;
    event.preventDefault();
    if (typeof action === 'number') work.turn(action);
    else does[action]();
  });
}
