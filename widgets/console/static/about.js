/**
 * The customer column: name, identity, page, tickets. On narrow screens it is a sheet.
 *
 * @import { About, Ticket } from '../shared/types.js'
 * @import { CustomerTickets, TicketGroup } from './customer-tickets.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Template } from '../shared/parts.js'
 */

import { lazily } from '../shared/client/lazily.js';
import { ask } from '../shared/http.js';
import { since, stamp } from '../shared/days.js';
import { clockIn, long } from '../shared/moments.js';
import { icon, mailAddress, picture, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { browserOf } from './browser.js';
import { languageOf } from './languages.js';
import { dialogStyle } from './dialog-style.js';
import { vipTag } from './vip-tag.js';
import { place } from './web-place.js';
import { Part } from './work-part.js';

class CustomerAbout extends Part {
  /** @type {Vocabulary|null} */
  words = null;
  /** Loaded when the column is drawn first. @type {CustomerTickets|null} */
  #past = null;

  /** @override */
  firstUpdated() {
    const { desk } = this.work;
    desk.on('news', ({ type }) => {
      if (type === 'ticket.news') this.#past?.heard();
    });
    // News was missed while there was no connection.
    desk.on('hello', () => (this.#past ? this.#past.heard() : void this.#load()));
    void this.#load();
  }

  async #load() {
    try {
      const { CustomerTickets } = await lazily(() => import('./customer-tickets.js'));
      this.#past ??= new CustomerTickets({ ask, changed: () => this.requestUpdate() });
      this.requestUpdate();
    } catch {
      // The column shows the customer without them, until the next connection.
    }
  }

  /** @returns {TicketGroup[]} */
  get #ticketGroups() {
    return this.#past?.groups ?? [];
  }

  /** @override */
  willUpdate() {
    const { about, chosen, chats } = this.work;
    const state = chosen !== null && chats.of(chosen).closed ? 'closed' : (about?.state ?? '');
    this.#past?.show(about?.customer ?? null, chosen ?? '', state);
  }

  /** Numbers of the tickets that are shown besides that of the chat, in their order. */
  get earlier() {
    const here = this.work.chosen;
    return this.#ticketGroups.flatMap(({ tickets }) =>
      tickets.filter(({ chat }) => chat !== here).map(({ number }) => number),
    );
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
        <button type="button" class="icon-btn" aria-label="Edit customer" title="Edit customer" @click=${() => this.#editCustomer(about)}>${icon('pencil')}</button>
        <button type="button" class="icon-btn shut" aria-label="Back to the conversation" @click=${() => this.work.showAbout(false)}>${icon('x')}</button></div>
      <p class="tags">${customer.verified ? html`<span class="tag ok">${icon('badge-check')}Verified</span>` : html`<span class="tag line">Not verified</span>`}${vipTag(about)}</p>
      <dl class="facts">${[...facts(about, (key) => this.work.teamName(key), this.work.now()), ...this.#fields(about)].map(([term, value]) => html`<dt dir="auto">${term}</dt><dd dir="auto">${value}</dd>`)}</dl>
      <customer-notes .who=${customer}></customer-notes>${this.#groups(about)}`;
  }

  /** What the site says of its customer, by its own names. @param {About} about @returns {Array<[string, string]>} */
  #fields({ chat }) {
    return Object.entries(this.work.chats.of(chat).fields);
  }

  /** @param {About} about */
  async #editCustomer({ chat, customer }) {
    const [{ editPerson }] = await lazily(() => Promise.all([import('./person-dialog.js'), dialogStyle()]));
    const texts = this.work.chats.of(chat).withAddress.map(({ text }) => text);
    await editPerson({
      who: customer,
      texts,
      saved: ({ name, email }) => {
        this.work.chats.of(chat).correct({ name, email });
        this.work.changed();
        this.#past?.heard();
      },
    });
  }

  /** The chat on the screen comes first, until it is a ticket. @param {About} about */
  #groups(about) {
    const groups = this.#ticketGroups;
    const isTicket = groups.some(({ tickets }) => tickets.some(({ chat }) => chat === about.chat));
    if (!groups.length) return nothing;
    const theirs = groups.find(({ by }) => by === 'requester');
    const others = groups.filter(({ by }) => by !== 'requester');
    return html`
      ${this.#heading('Their tickets', theirs?.href)}
      <ul class="past">${isTicket ? nothing : this.#chat(about)}${theirs?.tickets.map((ticket) => this.#ticket(ticket, about))}</ul>
      ${others.map(
        ({ by, tickets, href }) => html`
        ${this.#heading(by === 'email' ? 'Same address, not verified' : (about.customer.client ?? ''), href)}
        <ul class="past">${tickets.map((ticket) => this.#ticket(ticket, about))}</ul>`,
      )}`;
  }

  /** @param {string} words @param {string} [href] */
  #heading(words, href) {
    return html`<h3><span class="cut" dir="auto">${words}</span>${href ? html`<a class="link" href=${href} aria-label="See all: ${words}">See all</a>` : nothing}</h3>`;
  }

  /** @param {About} about */
  #chat({ chat, subject }) {
    const { firstLine, closed } = this.work.chats.of(chat);
    const words = subject || firstLine;
    return html`<li aria-current="true"><span class="row"><span class="cut" dir="auto">${words || 'No subject'}</span><span class="quiet">${closed ? `This chat · #${closed.ticket}` : 'This chat, not a ticket yet'}</span></span></li>`;
  }

  /** @param {Ticket} ticket @param {About} about */
  #ticket({ number, subject, status, resolution, requester, chat, updated_at: at, closed_at: closed }, about) {
    const here = chat === about.chat;
    const { customer } = about;
    const other = requester?.id !== customer.id && requester?.name !== customer.name && requester?.name;
    const facts = [
      here && 'This chat',
      `#${number}`,
      since(at, this.work.now()),
      resolution && this.words?.code(resolution),
      other,
    ]
      .filter(Boolean)
      .join(' · ');
    return html`<li aria-current=${here ? 'true' : nothing}><a class="row" href="/tickets/${number}"><span class="cut" dir="auto">${subject || 'No subject'}</span>${statusTag(status, this.words?.status(status) ?? status, closed !== null)}<span class="quiet num" dir="auto" title=${long(at)}>${facts}</span></a></li>`;
  }
}

/** @param {string} chat */
async function showPages(chat) {
  const [pages] = await lazily(() => Promise.all([import('./visited-pages.js'), dialogStyle()]));
  await pages.showPages(chat);
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
    [
      'On page',
      about.page &&
        html`${place(about.page)} <button type="button" class="btn sm" @click=${() => showPages(about.chat)}>All pages</button>`,
    ],
    ['Came from', about.referrer && place(about.referrer)],
    ['Browser', about.user_agent && browserOf(about.user_agent)],
    [
      'Started',
      html`<time datetime=${about.started_at} title=${long(about.started_at)}>${stamp(about.started_at, now)}</time>`,
    ],
  ];
  return all.flatMap(([term, value]) => (value ? [/** @type {[string, string|Template]} */ ([term, value])] : []));
}

customElements.define('customer-about', CustomerAbout);
