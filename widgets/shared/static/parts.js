/**
 * Small templates that all others use; parts.css has their styles. Users' text is only inserted as text.
 *
 * @typedef {import('lit').TemplateResult} Template
 */

import { html, nothing } from './vendor/lit-html.js';
import { long } from './moments.js';
import { hueOf, initials } from './people.js';
import { shapeOf } from './vocabulary.js';

/**
 * An icon of the sprite, hidden from screen readers because text is beside it.
 * @param {string} name @param {''|'lg'} [size] @returns {Template}
 */
export const icon = (name, size = '') =>
  html`<svg class=${size ? `icon icon-${size}` : 'icon'} aria-hidden="true"><use href=${`${document.documentElement.dataset.icons}#${name}`}></use></svg>`;

/**
 * The round picture. Decorative: the name is beside it.
 * @param {{id: string|null, name: string|null}} person @param {{size?: ''|'sm'|'lg', dot?: ''|'ok'|'warn'|'hollow'}} [look] @returns {Template}
 */
export const picture = (person, { size = '', dot = '' } = {}) =>
  html`<span class=${`who ${size} hue-${hueOf(person.id ?? person.name)}`} aria-hidden="true">${initials(person.name ?? 'Visitor')}${dot ? html`<i class=${`dot ${dot}`}></i>` : nothing}</span>`;

/** A time in short, with the full date as its title. @param {string} at @param {string} text @returns {Template} */
export const moment = (at, text) => html`<time datetime=${at} title=${long(at)}>${text}</time>`;

/** A status with its shape and its word. @param {string} key @param {string} name @param {boolean} [locked] closed for good @returns {Template} */
export function statusTag(key, name, locked = false) {
  const [look, shape] = shapeOf(key);
  return html`<span class=${`status ${look}`}>${icon(locked ? 'lock' : shape)}${name}</span>`;
}

/** An address that breaks before its `@` rather than in the middle of a name. @param {string} address @returns {Template} */
export function mailAddress(address) {
  const at = address.lastIndexOf('@');
  return at < 1 ? html`${address}` : html`${address.slice(0, at)}<wbr>${address.slice(at)}`;
}
