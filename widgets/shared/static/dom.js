/** Helpers for the document around what Lit draws. None of them parses a string as HTML. */

/**
 * A new element, for a container that lives longer than a template.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Record<string, string|number>} [attributes] @param {...Node} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/** Sets the text only if it differs, so that live regions and selections stay undisturbed. @param {Node} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The element with this id in the page's template. @param {string} id @returns {any} its kind depends on the template */
export function the(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}: its template and its script do not fit together.`);
  return found;
}

/** The page's data, which the server writes as JSON into `<script type="application/json" id="page">`. @returns {any} */
export function pageData() {
  return JSON.parse(the('page').textContent);
}
