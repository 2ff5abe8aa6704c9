/**
 * Elements without markup: what people wrote can only ever become text here.
 * No function of this module parses a string as HTML.
 */

const SVG = 'http://www.w3.org/2000/svg';
const SPRITE = new URL('icons.svg', import.meta.url).pathname;

/**
 * An element.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` functions become listeners; `true` an empty attribute; null, undefined and false none
 * @param {...(Node|string|number|null|undefined|false|Array)} children strings become text nodes
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
}

/** An icon of the sprite, hidden from assistive technology: the words stand beside it. */
export function icon(name, size = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', size ? `icon icon-${size}` : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** Puts `children` in the place of what `element` held. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Sets the text only where it differs, so that live regions and selections are left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The page's own data, which the server wrote as JSON into `<script type="application/json" id="page">`. */
export function pageData() {
  return JSON.parse(document.getElementById('page').textContent);
}
