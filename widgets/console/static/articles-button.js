/** The buttons of a text box that open the articles, and the emoji and formats, and the key of the first. The dialogs are loaded then. */

import { lazily } from '../shared/client/lazily.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { ALT } from './keyboard.js';

/** @import { Answer } from './insert-article.js' */

/** @param {() => Answer} answer */
const open = (answer) =>
  lazily(() => Promise.all([import('./insert-article.js'), dialogStyle()])).then(
    ([loaded]) => loaded.insertArticle(answer()),
    () => {},
  );

/** @param {HTMLTextAreaElement} box */
const aids = (box) =>
  lazily(() => import('./writing-aids.js')).then(
    ({ opensAids }) => opensAids(box),
    () => {},
  );

/** @param {() => Answer} answer @param {boolean} reads the customer reads the text, so that articles can go into it */
export const writingButtons = (answer, reads) =>
  html`${reads ? html`<button type="button" class="icon-btn" aria-label="Insert an article" title="${ALT} I" @click=${() => open(answer)}>${icon('scroll-text')}</button>` : nothing}<button type="button" class="icon-btn" aria-label="Emoji and formats" @click=${() => aids(answer().box)}>${icon('smile')}</button>`;

/** Opens the articles if this is their key. @param {KeyboardEvent} event @param {() => Answer} answer */
export function opensArticles(event, answer) {
  if (event.code !== 'KeyI' || !event.altKey || event.ctrlKey) return false;
  event.preventDefault();
  void open(answer);
  return true;
}
