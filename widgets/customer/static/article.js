/** An article over the form, loaded when the customer opens one. What was written stays below it. */

import { element } from '../shared/dom.js';
import { parsed } from '../shared/parsing.js';
import { icon } from '../shared/parts.js';
import { html, render } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import './one-chunk.js';

/** @typedef {{title: string, url: string}} Article */

/**
 * @param {HTMLElement} place @param {Article} article
 * @param {() => Promise<string>} read the text as HTML, which the desk has cleaned
 */
export async function showArticle(place, { title, url }, read) {
  const dialog = element('dialog', { class: 'w-article', 'aria-labelledby': 'article-title' });
  render(
    html`<header class="w-head"><form method="dialog"><button class="icon-btn" aria-label=${t('Back to the form')}>${icon('chevron-left', 'lg')}</button></form><h2 id="article-title" tabindex="-1" dir="auto">${title}</h2></header>
    <div class="pad"><div class="text" aria-busy="true"><div class="bone"></div><div class="bone"></div><div class="bone"></div></div>
    <p><a class="textbtn" href=${url} target="_blank" rel="noopener">${t('Open in a new tab')}</a></p></div>`,
    dialog,
  );
  dialog.addEventListener('close', () => dialog.remove());
  place.append(dialog);
  dialog.showModal();
  const text = /** @type {HTMLElement} */ (dialog.querySelector('.text'));
  // On a small screen, the link below would scroll the first lines out of view.
  /** @type {HTMLElement} */ (dialog.querySelector('h2')).focus();
  try {
    text.replaceChildren(...contents(await read()));
  } catch {
    const sorry = element('p', { role: 'alert' });
    sorry.textContent = t('The article can’t be shown here right now.');
    text.replaceChildren(sorry);
  }
  text.ariaBusy = 'false';
}

/** The nodes of a text. Its links leave the form as it is. @param {string} page */
function contents(page) {
  const { body } = parsed(page);
  for (const link of body.querySelectorAll('a:not([href^="#"])')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener');
  }
  return body.childNodes;
}
