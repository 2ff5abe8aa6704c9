/**
 * The customer column: name, identity, page, other tickets. On narrow screens it is a sheet.
 *
 * @import { About, Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Template } from '../shared/parts.js'
 */

import { Refused, ask } from '../shared/http.js';
import { since, stamp } from '../shared/days.js';
import { clockIn, long } from '../shared/moments.js';
import { icon, mailAddress, picture, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { browserOf } from './browser.js';
import { Part } from './work-part.js';

const SHOWN = 3;
/** Number of tickets that are counted; there may be more. */
const COUNTED = 20;

/** @typedef {{tickets: Ticket[], more: boolean}} Past */

class CustomerAbout extends Part {
  /** @type {Vocabulary|null} */
  words = null;
  /** The customer whose tickets are in `#past`. */
  #of = '';
  /** @type {Past|null} null: not told yet, or it cannot be */
  #past = null;

  /** @override */
  willUpdate() {
    const id = this.work.about?.customer.id ?? '';
    if (id === this.#of) return;
    this.#of = id;
    this.#past = null;
    if (id) this.#load(id);
  }

  /** @param {string} id */
  async #load(id) {
    try {
      const { data } = await ask(
        'GET',
        `/api/tickets?${new URLSearchParams({ requester: id, limit: String(COUNTED), sort: '-updated_at' })}`,
      );
      if (id !== this.#of) return;
      this.#past = { tickets: data.tickets, more: data.next !== null };
      this.requestUpdate();
    } catch (error) {
      // Only a help: the column shows the customer without it.
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @override */
  render() {
    const { about, aboutOpen } = this.work;
    return html`<aside class=${aboutOpen ? 'about open' : 'about'} id="about" aria-label="About the customer" ?hidden=${!about}>${about ? this.#shown(about) : nothing}</aside>`;
  }

  /** @param {About} about */
  #shown(about) {
    const { customer } = about;
    return html`
      <div class="top">${picture({ id: customer.id, name: customer.name }, { size: 'lg' })}
        <div class="names"><h2 dir="auto">${customer.name ?? NAMELESS}</h2>${customer.client ? html`<p class="quiet" dir="auto">${customer.client}</p>` : nothing}</div>
        <button type="button" class="icon-btn shut" aria-label="Back to the conversation" @click=${() => this.work.showAbout(false)}>${icon('x')}</button></div>
      ${customer.verified ? html`<span class="tag ok">${icon('badge-check')}Verified</span>` : html`<span class="tag line">Not verified</span>`}
      <dl class="facts">${facts(about, (key) => this.work.teamName(key), this.work.now()).map(([term, value]) => html`<dt>${term}</dt><dd dir="auto">${value}</dd>`)}</dl>
      ${this.#past?.tickets.length ? this.#tickets(this.#past, customer.email ?? customer.name ?? '') : nothing}`;
  }

  /** @param {Past} past @param {string} who by which the list of tickets finds them */
  #tickets({ tickets, more }, who) {
    const all = more ? `All ${COUNTED}+` : `All ${tickets.length}`;
    return html`<h3>Earlier tickets ${tickets.length > SHOWN && who ? html`<a class="link" href=${`/tickets?${new URLSearchParams({ view: 'all', q: who })}`}>${all}</a>` : nothing}</h3>
      <ul class="past">${tickets.slice(0, SHOWN).map((ticket) => this.#ticket(ticket))}</ul>`;
  }

  /** @param {Ticket} ticket */
  #ticket({ number, subject, status, resolution, updated_at: at, closed_at: closed }) {
    const facts = [`#${number}`, since(at, this.work.now()), resolution && this.words?.code(resolution)]
      .filter(Boolean)
      .join(' · ');
    return html`<li><a href="/tickets/${number}"><span class="cut" dir="auto">${subject || 'No subject'}</span>${statusTag(status, this.words?.status(status) ?? status, closed !== null)}<span class="quiet num" title=${long(at)}>${facts}</span></a></li>`;
  }
}

/** @param {About} about @param {(key: string) => string} team @param {number} now @returns {Array<[string, string|Template]>} those that are known */
function facts(about, team, now) {
  const zone = about.timezone && clockIn(about.timezone, now);
  /** @type {Array<[string, string|Template|null|false|'']>} */
  const all = [
    ['Email', about.customer.email && mailAddress(about.customer.email)],
    ['Team', team(about.team)],
    ['Product', about.product],
    ['Subject', about.subject],
    ['Local time', zone && `${zone} in ${about.timezone?.split('/').at(-1)?.replaceAll('_', ' ')}`],
    ['Language', about.locale && languageOf(about.locale)],
    ['On page', about.page && place(about.page)],
    ['Came from', about.referrer && place(about.referrer)],
    ['Browser', about.user_agent && browserOf(about.user_agent)],
    [
      'Started',
      html`<time datetime=${about.started_at} title=${long(about.started_at)}>${stamp(about.started_at, now)}</time>`,
    ],
  ];
  return all.flatMap(([term, value]) => (value ? [/** @type {[string, string|Template]} */ ([term, value])] : []));
}

/** @param {string} locale */
function languageOf(locale) {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** Only web addresses become links; anything else stays text. @param {string} address */
function place(address) {
  if (!/^https?:\/\//iu.test(address) || !URL.canParse(address)) return address;
  const { host, pathname } = new URL(address);
  return html`<a class="link" href=${address} target="_blank" rel="noopener noreferrer nofollow">${host + (pathname === '/' ? '' : pathname)}</a>`;
}

customElements.define('customer-about', CustomerAbout);
