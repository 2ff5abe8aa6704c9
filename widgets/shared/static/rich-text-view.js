/**
 * Draws a text with its links and marks. Loaded with the first text that has any. What it shares with the page is passed
 * to it, because a chunk that imports it would divide the chunks of the first load.
 *
 * @import { Template } from './parts.js'
 * @import { Part } from './rich-text.js'
 * @import { Tools } from './message.js'
 */

import { richText, withLinks } from './rich-text.js';

/** @param {Tools} tools @param {Element} box whose text it becomes @param {string} text @param {boolean} staff customers' texts have links alone */
export function drawText({ html, render }, box, text, staff) {
  box.textContent = '';
  const inside = document.createElement('div');
  render(
    (staff ? richText : withLinks)(text).map((part) => drawn(html, part)),
    inside,
  );
  box.append(...inside.childNodes);
}

/** @param {Tools['html']} html @param {Part} part @returns {Template|string} */
function drawn(html, part) {
  const all = (/** @type {Part[]} */ parts) => parts.map((one) => drawn(html, one));
  if (typeof part === 'string') return part;
  if ('href' in part)
    return part.href.startsWith('http')
      ? html`<a class="link" href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.link}</a>`
      : html`<a class="link" href=${part.href}>${part.link}</a>`;
  if ('strong' in part) return html`<strong>${all(part.strong)}</strong>`;
  if ('em' in part) return html`<em>${all(part.em)}</em>`;
  if ('code' in part) return html`<code dir="ltr">${part.code}</code>`;
  if ('block' in part) return html`<pre dir="ltr" tabindex="0"><code>${part.block}</code></pre>`;
  const items = part.list.map((item) => html`<li>${all(item)}</li>`);
  return part.start === null ? html`<ul>${items}</ul>` : html`<ol start=${part.start}>${items}</ol>`;
}
