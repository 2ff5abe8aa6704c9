/**
 * Names of customers, for lists. Pure.
 *
 * @import { About } from '../shared/types.js'
 */

import { NAMELESS } from '../shared/people.js';

/**
 * The customer's name. Visitors without one are told apart by their page and their place: `Visitor · /pricing · Denver`.
 * @param {Pick<About, 'customer'|'page'|'timezone'>|null} about
 */
export function nameOf(about) {
  if (about?.customer.name) return about.customer.name;
  const known = [pathOf(about?.page), placeOf(about?.timezone)].filter(Boolean);
  return known.length ? ['Visitor', ...known].join(' · ') : NAMELESS;
}

/** @param {string|null|undefined} page */
function pathOf(page) {
  if (!page || !URL.canParse(page)) return '';
  const { pathname } = new URL(page);
  return pathname === '/' ? '' : pathname;
}

/** The city of a time zone, such as `America/Denver`. @param {string|null|undefined} zone */
const placeOf = (zone) =>
  zone?.includes('/') && !zone.startsWith('Etc/') ? zone.split('/').at(-1)?.replaceAll('_', ' ') : '';
