/** The results of a search. Its Chat button takes the words along, as the first text of the form. */

import './portal.js';
import './suggest.js';
import { calling } from './chat-button.js';

const button = /** @type {HTMLElement|null} */ (document.querySelector('[data-chat-text]'));
button?.addEventListener('click', () => {
  const { chatText: text, chatProduct: product } = button.dataset;
  calling('start', { text, ...(product && { product }) });
});
