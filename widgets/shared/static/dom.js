/**
 * Elements without markup: what people wrote can only ever become text here.
 * No function of this module parses a string as HTML.
 */

/** @typedef {Node|string|number|null|undefined|false|Array<any>} Child strings become text nodes; null, undefined and false nothing */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes] `on…` functions become listeners; `true` an empty attribute; null, undefined and false none
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {Child[]} children */
function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false)
      element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * An icon of the sprite, hidden from assistive technology: the words stand beside it.
 * @param {string} name @param {''|'lg'} [size]
 */
export function icon(name, size = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', size ? `icon icon-${size}` : 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  // The page names the sprite with its version, which the browser keeps: an icon that is first needed without a line is there.
  use.setAttribute('href', `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Puts `children` in the place of what `element` held.
 * @template {Element} T @param {T} element @param {...Child} children @returns {T}
 */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Sets the text only where it differs, so that live regions and selections are left in peace. @param {Node} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * The element of the page's own template with this id.
 * @param {string} id @returns {any} which kind it is, the template says
 */
export function the(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}: its template and its script do not fit together.`);
  return element;
}

/** The page's own data, which the server wrote as JSON into `<script type="application/json" id="page">`. @returns {any} */
export function pageData() {
  return JSON.parse(the('page').textContent);
}
