/**
 * The list of tickets: views with their figures, filters, rows; on a phone, cards.
 *
 * @import { Asked } from './views.js'
 * @import { Me, Team, Ticket } from '../shared/types.js'
 */

import '../shared/bar.js';
import './new-ticket.js';
import './ticket-filter.js';
import { pageData, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { day, since } from '../shared/days.js';
import { long, roughly } from '../shared/moments.js';
import { icon, picture, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { LitElement, html, nothing, repeat } from '../shared/vendor/lit.js';
import { vocabulary } from '../shared/vocabulary.js';
import { keepOrder } from './order.js';
import { FLAGS } from './properties.js';
import {
  CHANNELS,
  SORTS,
  UNNARROWED,
  VIEWS,
  asked,
  chips,
  everywhere,
  figures,
  hrefOf,
  queryOf,
  viewOf,
} from './views.js';
import { watchChats } from './watch.js';

const SHAPE_AFTER_MS = 300;
const SEARCH_AFTER_MS = 250;
/** How old "4 min" may grow. */
const REDRAW_MS = 30_000;
/** @type {Record<string, string>} */
const CHANNEL_SHAPES = { chat: 'message-circle', form: 'file-text', email: 'mail', staff: 'users' };

const page = pageData();
const words = vocabulary(page);
/** @type {Me} */
const me = page.me;

class TicketList extends LitElement {
  /** @override */
  static properties = {
    asked: { state: true },
    tickets: { state: true },
    next: { state: true },
    loading: { state: true },
    slow: { state: true },
    fault: { state: true },
    counts: { state: true },
    teams: { state: true },
    people: { state: true },
  };

  /** @type {AbortController|null} */
  #loading = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #typing;

  constructor() {
    super();
    this.asked = asked(location.search);
    /** @type {Ticket[]} */
    this.tickets = [];
    /** @type {string|null} */
    this.next = null;
    this.loading = true;
    this.slow = false;
    this.fault = '';
    /** @type {Record<string, number>|null} */
    this.counts = null;
    /** @type {Team[]} all of them: a ticket may have come from another team */
    this.teams = [];
    /** @type {Array<{staff: string, name: string}>} */
    this.people = [];
  }

  /** @override The page's own styles are the list's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    addEventListener('popstate', () => this.#begin(asked(location.search)));
    addEventListener('keydown', (event) => this.#key(event));
    setInterval(() => this.requestUpdate(), REDRAW_MS);
    ask('GET', '/api/hours').then(
      ({ data }) => {
        this.teams = data.teams;
      },
      () => {},
    );
    ask('GET', '/api/staff').then(
      ({ data }) => {
        this.people = data;
      },
      () => {},
    );
    this.#begin(this.asked);
  }

  /** The teams that the reader is on. */
  get own() {
    return this.teams.filter((team) => !me.teams.length || me.teams.includes(team.team));
  }

  /** @param {string} key */
  teamName(key) {
    return this.teams.find((team) => team.team === key)?.name ?? key;
  }

  // -- what is shown -----------------------------------------------------------------------

  /** @param {Partial<Asked>} change */
  go(change) {
    history.pushState(null, '', hrefOf(this.asked, change));
    this.#begin(asked(location.search));
  }

  /** @param {Asked} wanted */
  #begin(wanted) {
    this.asked = wanted;
    this.tickets = [];
    this.next = null;
    document.title = `${viewOf(wanted.view).name} · Switchboard`;
    this.load();
    this.#count();
  }

  async #count() {
    try {
      this.counts = figures((await ask('GET', '/api/tickets/counts')).data);
    } catch (error) {
      // Figures are a help: a list without them is still a list.
      if (!(error instanceof Refused)) throw error;
    }
  }

  async load() {
    this.#loading?.abort();
    const mine = new AbortController();
    this.#loading = mine;
    this.loading = true;
    this.fault = '';
    const slow = setTimeout(() => {
      this.slow = true;
    }, SHAPE_AFTER_MS);
    try {
      const { data } = await ask('GET', `/api/tickets?${queryOf(this.asked, me.id, this.next)}`, {
        signal: mine.signal,
      });
      this.tickets = [...this.tickets, ...data.tickets];
      keepOrder(this.tickets.map(({ number }) => number));
      this.next = data.next;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401)
        location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
      this.fault = error.message;
    } finally {
      clearTimeout(slow);
      if (!mine.signal.aborted) {
        this.loading = false;
        this.slow = false;
      }
    }
  }

  /** @param {MouseEvent} event */
  #move(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || !(event.currentTarget instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    history.pushState(null, '', event.currentTarget.href);
    this.#begin(asked(location.search));
    the('list').focus();
  }

  /** @param {InputEvent} event */
  #search(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      history.replaceState(null, '', hrefOf(this.asked, { q: field.value.trim() }));
      this.#begin(asked(location.search));
    }, SEARCH_AFTER_MS);
  }

  /** J and K walk the rows, Enter opens (the link does that), / searches. @param {KeyboardEvent} event */
  #key(event) {
    const { target } = event;
    const writing = target instanceof HTMLElement && target.closest('input, textarea, select, dialog, [role=menu]');
    if (writing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = /** @type {HTMLElement[]} */ ([...this.querySelectorAll('td.sub a')]);
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = event.code === 'KeyJ' ? at + 1 : event.code === 'KeyK' ? Math.max(0, at - 1) : -1;
    if (to >= 0 && links[to]) links[to].focus();
    else if (event.code === 'Slash') /** @type {HTMLElement|null} */ (this.querySelector('#q'))?.focus();
    else return;
    event.preventDefault();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`
      <nav class="views" aria-label="Views">${VIEWS.map(
        ([heading, views]) => html`
        <h2>${heading}</h2>
        ${views.map((view) => this.#view(view))}`,
      )}</nav>
      <section class="list" id="list" aria-labelledby="list-title" tabindex="-1">
        <header>
          <h1 id="list-title">${viewOf(this.asked.view).name}</h1>
          <div class="end">
            ${me.role === 'supervisor' ? html`<a class="btn" href=${this.#exportHref()} download>${icon('download')}Export</a>` : nothing}
            <button type="button" class="btn primary" @click=${() => this.#dialog('new-ticket')}>${icon('plus')}New ticket</button>
          </div>
        </header>
        ${this.#filters()}
        <div class="scroller" id="scroller" tabindex="0" role="group" aria-label="Rows">
          ${this.tickets.length ? this.#table() : nothing}
          <div role="status">${this.#rest()}</div>
          ${this.next ? html`<p class="next"><button type="button" class="btn" ?disabled=${this.loading} @click=${this.load}>Next page</button></p>` : nothing}
        </div>
        <footer class="foot" aria-hidden="true"><span>${this.#shown()}</span><span class="end"><span><kbd class="kbd">J</kbd> <kbd class="kbd">K</kbd> move</span><span><kbd class="kbd">↵</kbd> open</span><span><kbd class="kbd">/</kbd> search</span></span></footer>
      </section>
      <ticket-filter .asked=${this.asked} .teams=${this.own} .people=${this.people} @choose=${(/** @type {CustomEvent} */ event) => this.go(event.detail)}></ticket-filter>
      <new-ticket .teams=${this.own}></new-ticket>`;
  }

  /** @param {'new-ticket'|'ticket-filter'} name */
  #dialog(name) {
    const found = /** @type {(HTMLElement & {open: () => void})|null} */ (this.querySelector(name));
    found?.open();
  }

  /** @param {import('./views.js').View} view */
  #view(view) {
    const count = view.count ? this.counts?.[view.count] : undefined;
    const current = viewOf(this.asked.view) === view;
    return html`<a href=${hrefOf(this.asked, { view: view.key })} aria-current=${current ? 'page' : nothing} @click=${this.#move}>${icon(view.icon)}<span class="cut">${view.name}</span>${
      count === undefined || (count === 0 && !current && !view.urgent)
        ? nothing
        : html`<span class="num ${view.urgent && count > 0 ? 'bad' : ''}">${count}</span>`
    }</a>`;
  }

  #exportHref() {
    const query = queryOf({ ...this.asked, sort: '' }, me.id);
    return `/api/tickets/export${query.size ? `?${query}` : ''}`;
  }

  #filters() {
    const found = chips(this.asked, {
      team: (key) => this.teamName(key),
      person: (id) =>
        id === 'nobody' ? 'nobody' : id === me.id ? 'you' : (this.people.find((one) => one.staff === id)?.name ?? id),
      day: (date) => day(`${date}T12:00`, Date.now()),
    });
    return html`<div class="filters">
      <label class="search">${icon('search')}<span class="sr">Search these tickets</span><input class="field" id="q" type="search" placeholder="Search these tickets" .value=${this.asked.q} @input=${this.#search} autocomplete="off"></label>
      ${this.#none ? nothing : this.#everywhere('btn plain sm')}
      ${found.map((chip) => html`<span class="chip">${chip.name} <b dir="auto">${chip.value}</b><button type="button" aria-label="Remove filter ${chip.name} ${chip.value}" @click=${() => this.go(chip.without)}>${icon('x')}</button></span>`)}
      <button type="button" class="btn plain sm" @click=${() => this.#dialog('ticket-filter')}>${icon('plus')}Filter</button>
      <label class="sort"><span class="sr">Order</span><span class="pick"><select class="field" @change=${(/** @type {Event} */ event) => this.go({ sort: /** @type {HTMLSelectElement} */ (event.target).value })}>${Object.entries(SORTS).map(([value, name]) => html`<option value=${value} ?selected=${value === this.asked.sort}>${name}</option>`)}</select>${icon('chevron-down')}</span></label>
    </div>`;
  }

  /** The list is known to be empty, and says so itself. */
  get #none() {
    return !this.fault && !this.loading && !this.tickets.length;
  }

  /** @param {string} look */
  #everywhere(look) {
    const wider = everywhere(this.asked);
    return wider
      ? html`<a class=${look} href=${hrefOf(this.asked, wider)} @click=${this.#move}>Search all tickets</a>`
      : nothing;
  }

  #table() {
    const now = Date.now();
    const falling = !this.asked.sort || this.asked.sort.startsWith('-');
    return html`<table>
      <thead><tr><th scope="col">Number</th><th scope="col">Subject and requester</th><th scope="col">Status and resolution</th><th scope="col">Product and team</th><th scope="col">Assignee</th><th scope="col" class="r" aria-sort=${falling ? 'descending' : 'ascending'}>Updated</th></tr></thead>
      <tbody>${repeat(
        this.tickets,
        (ticket) => ticket.number,
        (ticket) => this.#row(ticket, now),
      )}</tbody>
    </table>`;
  }

  /** @param {Ticket} ticket @param {number} now */
  #row(ticket, now) {
    const { requester, assignee } = ticket;
    const who = requester?.name ?? requester?.email ?? NAMELESS;
    const flags = (ticket.flags ?? []).map((flag) => FLAGS[flag] ?? flag).join(', ');
    return html`<tr>
      <td class="no">${icon(CHANNEL_SHAPES[ticket.channel] ?? 'users')}<span class="sr">${CHANNELS[ticket.channel] ?? 'Staff'} </span>${ticket.number}</td>
      <td class="sub"><a class="cut" href="/tickets/${ticket.number}" dir="auto">${ticket.subject || 'No subject'}</a><small class="cut" dir="auto">${[who, ticket.client].filter(Boolean).join(', ')}</small></td>
      <td class="c-st">${statusTag(ticket.status, words.status(ticket.status), Boolean(ticket.closed_at))}${
        ticket.resolution
          ? html`<small class="cut">${words.code(ticket.resolution)}</small>`
          : flags
            ? html`<small class="cut flags">${flags}</small>`
            : nothing
      }</td>
      <td class="c-pt"><span class="cut">${ticket.product ?? html`<span class="quiet">no product</span>`}</span><small class="cut">${this.teamName(ticket.team)}</small></td>
      <td class="c-as">${assignee ? html`<span title=${assignee.name}>${picture(assignee, { size: 'sm' })}</span><span class="sr">${assignee.name}</span>` : html`<span class="quiet">unassigned</span>`}</td>
      <td class="r num c-up"><time datetime=${ticket.updated_at} title=${long(ticket.updated_at)}>${since(ticket.updated_at, now)}</time>${this.#clock(ticket, now)}</td>
    </tr>`;
  }

  /** The clock that runs on a ticket. @param {Ticket} ticket @param {number} now */
  #clock(ticket, now) {
    if (ticket.status === 'open' && ticket.waiting_since)
      return html`<small>waiting ${roughly(now - new Date(ticket.waiting_since).getTime())}</small>`;
    if (ticket.reopen_until && !ticket.closed_at)
      return html`<small>reopen until ${day(ticket.reopen_until, now)}</small>`;
    return ticket.closed_at ? html`<small>closed for good</small>` : nothing;
  }

  /** @override On a phone the views are a strip: the one that is shown is in sight. @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('asked') || changed.has('counts'))
      this.querySelector('.views [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #shown() {
    const count = this.tickets.length;
    return count ? `${count} ${count === 1 ? 'ticket' : 'tickets'}${this.next ? ' so far' : ''}` : '';
  }

  #rest() {
    if (this.fault) {
      return html`<div class="empty">${icon('cloud-alert')}<h2>The tickets didn’t load</h2><p>${this.fault}</p><button type="button" class="btn" @click=${this.load}>Try again</button></div>`;
    }
    if (this.slow && !this.tickets.length) {
      return html`<span class="sr">Loading the tickets</span>${Array.from({ length: 8 }, () => html`<div class="bone-row" aria-hidden="true"><i class="bone"></i><i class="bone"></i><i class="bone"></i><i class="bone"></i></div>`)}`;
    }
    if (!this.#none) return nothing;
    const { q } = this.asked;
    const narrowed = chips(this.asked, { team: (key) => key, person: (id) => id, day: (date) => date }).length > 0;
    const all = q
      ? 'No tickets in this view match your search.'
      : narrowed
        ? 'No tickets match these filters.'
        : this.asked.view
          ? 'Nothing here right now.'
          : 'Every chat becomes a ticket when it ends. You’ll find them here.';
    return html`<div class="empty">${icon(narrowed || q ? 'search' : 'ticket')}<h2>No tickets here</h2><p>${all}</p>${this.#everywhere('btn')}${
      narrowed
        ? html`<button type="button" class="btn" @click=${() => this.go({ ...UNNARROWED, q })}>Clear filters</button>`
        : nothing
    }</div>`;
  }
}

customElements.define('ticket-list', TicketList);
watchChats(me);
