/** Answers of the desk as documents. Nothing in them runs. */

/** @typedef {{createPolicy: (name: string, rules: object) => {createHTML: (page: string) => string}}} TrustedTypes */
const { trustedTypes } = /** @type {{trustedTypes?: TrustedTypes}} */ (/** @type {unknown} */ (globalThis));
const rules = { createHTML: (/** @type {string} */ page) => page };
const pages = trustedTypes?.createPolicy('switchboard-pages', rules) ?? rules;

/** @param {string} page @returns {Document} */
export const parsed = (page) => new DOMParser().parseFromString(pages.createHTML(page), 'text/html');
