/**
 * The customer column: who it is, what is proven, where they are.
 *
 * @import { About } from '../shared/types.js'
 */

import { fill, h, icon } from '../shared/dom.js';
import { clockIn, long, stamp } from '../shared/moments.js';
import { NAMELESS, mailAddress, picture } from '../shared/people.js';
import { browserOf } from './browser.js';

/**
 * @param {HTMLElement} column
 * @param {About} about
 * @param {{team: (key: string) => string, now: number}} words
 */
export function drawAbout(column, about, { team, now }) {
  const { customer } = about;
  const name = customer.name ?? NAMELESS;
  const proof = customer.verified
    ? h('span', { class: 'tag ok' }, icon('badge-check'), 'Verified')
    : h('span', { class: 'tag line' }, 'Not verified');
  fill(
    column,
    h('div', { class: 'top' }, picture({ id: customer.id, name: customer.name }, { size: 'lg' }),
      h('div', { class: 'names' }, h('h2', { dir: 'auto' }, name), customer.client && h('p', { class: 'quiet', dir: 'auto' }, customer.client))),
    proof,
    h('dl', { class: 'facts' }, facts(about, team, now).map(([term, value]) => [h('dt', {}, term), h('dd', { dir: 'auto' }, value)])),
  );
}

/** @param {About} about @param {(key: string) => string} team @param {number} now */
function facts(about, team, now) {
  const zone = about.timezone && clockIn(about.timezone, now);
  return [
    ['E-mail', about.customer.email && mailAddress(about.customer.email)],
    ['Team', team(about.team)],
    ['Product', about.product],
    ['Subject', about.subject],
    ['Local time', zone && `${zone} in ${about.timezone?.split('/').at(-1)?.replaceAll('_', ' ')}`],
    ['Language', about.locale && languageOf(about.locale)],
    ['On page', about.page && place(about.page)],
    ['Came from', about.referrer && place(about.referrer)],
    ['Browser', about.user_agent && browserOf(about.user_agent)],
    ['Started', h('time', { datetime: about.started_at, title: long(about.started_at) }, stamp(about.started_at, now))],
  ].filter(([, value]) => value);
}

/** @param {string} locale */
function languageOf(locale) {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** A link only to the web; anything else stays text. @param {string} address */
function place(address) {
  if (!/^https?:\/\//iu.test(address) || !URL.canParse(address)) return address;
  const { host, pathname } = new URL(address);
  return h('a', { class: 'link', href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, host + (pathname === '/' ? '' : pathname));
}
