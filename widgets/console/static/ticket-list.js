/**
 * The list of tickets: views with their counts, filters, rows.
 *
 * @import { BulkWork } from './bulk-work.js'
 * @import { SavedView, SavedViews } from './saved-views.js'
 * @import { LiveList } from './ticket-list-live.js'
 * @import { TicketSearch } from './ticket-search.js'
 * @import { Asked } from './facets.js'
 */

import { day } from '../shared/days.js';
import { lazily } from '../shared/client/lazily.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import './new-ticket.js';
import { NO_FILES } from './attaching.js';
import { bar } from './bulk-bar.js';
import { WorkPart } from './work-part.js';
import './save-view.js';
import './ticket-filter.js';
import { table } from './ticket-rows.js';
import { UNNARROWED, asked, chips, everywhere, hrefOf, queryOf } from './facets.js';
import { counted, EVERYTHING, SORTS, VIEWS, orderOf, viewOf } from './views.js';

const SEARCH_AFTER_MS = 250;
/** Times such as "4 min" are redrawn this often. */
const REDRAW_MS = 30_000;

/** @extends {WorkPart<TicketSearch>} */
class TicketList extends WorkPart {
  /** Limits of the desk on files. */
  limits = () => NO_FILES;
  /** Keeps the list up to date. @type {LiveList|null} */
  live = null;
  /** The chosen rows. @type {BulkWork} */
  bulk = /** @type {BulkWork} */ (/** @type {unknown} */ (null));
  /** @type {SavedViews|null} */
  saved = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #typing;
  /** The view before a search in all tickets. */
  #before = '';
  /** @type {{asked: Asked|null, counts: Record<string, import('./views.js').Count>|null}} as it was drawn last */
  #seen = { asked: null, counts: null };

  /** Follows the page's address and keys. */
  begin() {
    addEventListener('popstate', () => this.#begin());
    setInterval(() => this.requestUpdate(), REDRAW_MS);
    this.live?.addEventListener('change', () => this.requestUpdate());
    this.work.readNames();
    this.saved?.addEventListener('change', () => this.requestUpdate());
    this.saved?.read();
    this.bulk.addEventListener('change', () => this.requestUpdate());
    this.#begin();
  }

  /** The button disappears, so the list has the focus. */
  #apply() {
    this.live?.apply();
    this.one('#scroller', HTMLElement).scrollTop = 0;
    this.one('#list', HTMLElement).focus();
  }

  /** @param {Partial<Asked>} change */
  go(change) {
    history.pushState(null, '', hrefOf(this.work.asked, change));
    this.#begin();
  }

  /** Loads the view of the page's address. */
  #begin() {
    this.work.begin(asked(location.search));
    this.bulk.choose();
    document.title = `${viewOf(this.work.asked.view).name} · Switchboard`;
  }

  /** @param {MouseEvent} event */
  #move(event) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || !(event.currentTarget instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    history.pushState(null, '', event.currentTarget.href);
    this.#begin();
    this.one('#list', HTMLElement).focus();
  }

  /** @param {InputEvent} event */
  #search(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      history.replaceState(null, '', hrefOf(this.work.asked, this.#searching(field.value.trim())));
      this.#begin();
    }, SEARCH_AFTER_MS);
  }

  /** From the search into the rows. @param {KeyboardEvent} event */
  #down(event) {
    if (event.key !== 'ArrowDown' || event.isComposing) return;
    event.preventDefault();
    this.step(1);
  }

  /** From all open work the search is in all tickets, and leads back there. @param {string} q @returns {Partial<Asked>} */
  #searching(q) {
    const { asked: now } = this.work;
    if (!now.q) this.#before = now.view;
    return q || now.view !== EVERYTHING ? { q } : { q, view: this.#before };
  }

  // -- what keys do --------------------------------------------------------------------------

  /** Puts the focus on the next or the previous row, behind the last one on the first of the next page; Enter opens it. @param {1|-1} step */
  async step(step) {
    const all = () => /** @type {HTMLElement[]} */ ([...this.querySelectorAll('td.sub a')]);
    const links = all();
    const at = links.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = links[step > 0 ? at + 1 : Math.max(0, at - 1)];
    if (next || !this.work.next || this.work.loading) return next?.focus();
    await this.work.load();
    await this.updateComplete;
    // The reader may have gone elsewhere meanwhile.
    if (document.activeElement === links[at]) all()[at + 1]?.focus();
  }

  /** Chooses the row with the focus, or does not choose it any more. */
  pick() {
    const row = document.activeElement?.closest('tr');
    const number = Number(row?.querySelector('td.sub a')?.getAttribute('href')?.split('/').at(-1));
    if (number) this.bulk.toggle(number);
  }

  /** Changes the chosen tickets. */
  async change() {
    const { bulk } = this;
    if (!bulk.chosen.size && bulk.state !== 'stopped') return;
    // Without a connection, the button is pressed again.
    await lazily(() => import('./bulk-change.js'));
    // Properties that are set before the element is defined would hide its own.
    Object.assign(this.one('bulk-change', HTMLElement), { work: this.work, bulk });
    this.#dialog('bulk-change');
  }

  search() {
    this.one('#q', HTMLInputElement).focus();
  }

  filter() {
    this.#dialog('ticket-filter');
  }

  create() {
    this.#dialog('new-ticket');
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`
      <nav class="views" aria-label="Views">${VIEWS.map(
        ([heading, views]) => html`
        <h2>${heading}</h2>
        ${views.map((view) => this.#view(view))}${heading === 'Work' ? this.#saved() : nothing}`,
      )}<a href="/mail">${icon('mail')}Held back mail</a></nav>
      <section class="list" id="list" aria-labelledby="list-title" tabindex="-1">
        <header>
          <h1 id="list-title" dir="auto">${this.#current?.name ?? viewOf(this.work.asked.view).name}</h1>
          <div class="end">
            ${this.#keep()}
            ${this.work.me.role === 'supervisor' ? html`<a class="btn" href=${this.#exportHref()} download>${icon('download')}Export</a>` : nothing}
            <button type="button" class="btn primary" @click=${this.create}>${icon('plus')}New ticket</button>
          </div>
        </header>
        ${this.#filters()}
        ${bar(this.bulk, { shown: this.work.tickets.length, more: Boolean(this.work.next), all: () => this.bulk.chooseMatching(queryOf(this.work.asked, this.work.me.id)), change: () => this.change() })}
        <div class="list-news" role="status">${this.live?.stands ? html`<button type="button" @click=${this.#apply}>${this.live.waiting} changed. Show</button>` : nothing}</div>
        <div class="scroller" id="scroller" tabindex="0" role="group" aria-label="Rows">
          ${this.work.tickets.length ? table(this.work, (sort) => this.#order(sort), this.bulk) : nothing}
          <div role="status">${this.#rest()}</div>
          ${this.work.next ? html`<p class="next"><button type="button" class="btn" ?disabled=${this.work.loading} @click=${() => this.work.load()}>Next page</button></p>` : nothing}
        </div>
        <footer class="foot" aria-hidden="true"><span>${this.#shown()}</span><span class="end"><span><kbd class="kbd">J</kbd> <kbd class="kbd">K</kbd> move</span><span><kbd class="kbd">↵</kbd> open</span><span><kbd class="kbd">X</kbd> choose</span><span><kbd class="kbd">/</kbd> search</span><span><kbd class="kbd">F</kbd> filter</span><span><kbd class="kbd">?</kbd> all keys</span></span></footer>
      </section>
      <ticket-filter .work=${this.work} @choose=${(/** @type {CustomEvent} */ event) => this.go(event.detail)}></ticket-filter>
      <save-view .work=${this.work} .saved=${this.saved}></save-view>
      <bulk-change @closed=${() => this.live?.stale(true)}></bulk-change>
      <new-ticket .teams=${this.work.own} .limits=${this.limits}></new-ticket>`;
  }

  get #current() {
    return this.saved?.at(this.work.asked) ?? null;
  }

  #saved() {
    const { saved } = this;
    if (!saved?.views.length) return nothing;
    const current = this.#current;
    return html`<h2>Saved views</h2>${saved.views.map((view) => this.#savedView(saved, view, view === current))}`;
  }

  /** @param {SavedViews} saved @param {SavedView} view @param {boolean} current */
  #savedView(saved, view, current) {
    const whose = view.team ? this.work.teamName(view.team) : '';
    return html`<a href=${saved.href(view)} aria-current=${current ? 'page' : nothing} title=${whose || nothing} @click=${this.#move}>${icon(view.team ? 'users' : 'list')}<span class="cut" dir="auto">${view.name}</span>${whose ? html`<span class="sr">, ${whose}</span>` : nothing}<span class="num">${saved.counted(view)}</span></a>`;
  }

  /** Saves the list as a view, or edits the view. */
  #keep() {
    const current = this.#current;
    if (current?.may_change)
      return html`<button type="button" class="btn plain" @click=${() => this.#dialog('save-view', current)}>Edit view</button>`;
    const { narrowed, asked } = this.work;
    return !current && (narrowed || asked.q || asked.sort)
      ? html`<button type="button" class="btn" @click=${() => this.#dialog('save-view')}>Save view</button>`
      : nothing;
  }

  /** @param {'bulk-change'|'new-ticket'|'save-view'|'ticket-filter'} name @param {unknown[]} about */
  #dialog(name, ...about) {
    const found = /** @type {(HTMLElement & {open: (...about: unknown[]) => void})|null} */ (this.querySelector(name));
    found?.open(...about);
  }

  /** @param {import('./views.js').View} view */
  #view(view) {
    const count = view.count ? this.work.counts?.[view.count] : undefined;
    const current = !this.#current && viewOf(this.work.asked.view) === view;
    return html`<a href=${hrefOf(this.work.asked, { view: view.key })} aria-current=${current ? 'page' : nothing} @click=${this.#move}>${icon(view.icon)}<span class="cut">${view.name}</span>${
      !count || (!count.tickets && !current && !view.urgent)
        ? nothing
        : html`<span class="num ${view.urgent && count.tickets ? 'bad' : ''}">${counted(count)}</span>`
    }</a>`;
  }

  /** @param {string} sort */
  #order(sort) {
    const own = viewOf(this.work.asked.view).sort;
    // Without an order, a view has its own.
    this.go({ sort: sort === own ? '' : own && !sort ? '-updated_at' : sort });
  }

  #exportHref() {
    const query = queryOf(this.work.asked, this.work.me.id);
    query.delete('sort');
    return `/api/tickets/export${query.size ? `?${query}` : ''}`;
  }

  #filters() {
    const found = chips(this.work.asked, {
      value: (facet, value) => this.work.nameOf(facet, value),
      day: (date) => day(`${date}T12:00`, Date.now()),
    });
    const everything = this.work.asked.view === '' || !everywhere({ ...this.work.asked, q: 'q' });
    const where = everything ? 'Search all tickets' : 'Search these tickets';
    return html`<div class="filters">
      <label class="search">${icon('search')}<span class="sr">${where}</span><input class="field" id="q" type="search" placeholder=${where} .value=${this.work.asked.q} @input=${this.#search} @keydown=${this.#down} autocomplete="off"></label>
      ${this.work.none ? nothing : this.#everywhere('btn plain sm')}
      ${found.some(({ facet }) => facet === 'resolution') ? nothing : html`<button type="button" class="btn sm" @click=${() => this.#dialog('ticket-filter', 'resolution')}>Code${icon('chevron-down')}</button>`}
      ${found.map((chip) => html`<span class="chip"><button type="button" class="edit" aria-label="Change filter ${chip.name} ${chip.value}" @click=${() => this.#dialog('ticket-filter', chip.facet, chip.side)}>${chip.name} <b dir="auto">${chip.value}</b></button><button type="button" aria-label="Remove filter ${chip.name} ${chip.value}" @click=${() => this.go(chip.without)}>${icon('x')}</button></span>`)}
      <button type="button" class="btn plain sm" @click=${this.filter}>${icon('plus')}Filter</button>
      <label class="sort"><span class="sr">Order</span><span class="pick"><select class="field" @change=${(/** @type {Event} */ event) => this.#order(/** @type {HTMLSelectElement} */ (event.target).value)}>${Object.entries(SORTS).map(([value, name]) => html`<option value=${value} ?selected=${value === orderOf(this.work.asked).replace(/^-updated_at$/u, '')}>${name}</option>`)}</select>${icon('chevron-down')}</span></label>
    </div>`;
  }

  /** @param {string} look */
  #everywhere(look) {
    const wider = everywhere(this.work.asked);
    return wider
      ? html`<a class=${look} href=${hrefOf(this.work.asked, wider)} @click=${this.#move}>Search all tickets</a>`
      : nothing;
  }

  /** @override On a phone the views are a strip: the current one is scrolled into sight. */
  updated() {
    const { asked: now, counts } = this.work;
    if (this.#seen.asked === now && this.#seen.counts === counts) return;
    this.#seen = { asked: now, counts };
    this.querySelector('.views [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #shown() {
    const count = this.work.tickets.length;
    return count ? `${count} ${count === 1 ? 'ticket' : 'tickets'}${this.work.next ? ' so far' : ''}` : '';
  }

  #rest() {
    if (this.work.fault) {
      return html`<div class="empty">${icon('cloud-alert')}<h2>The tickets didn’t load</h2><p>${this.work.fault}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button></div>`;
    }
    if (this.work.slow && !this.work.tickets.length) {
      return html`<span class="sr">Loading the tickets</span>${Array.from({ length: 8 }, () => html`<div class="bone-row" aria-hidden="true"><i class="bone"></i><i class="bone"></i><i class="bone"></i><i class="bone"></i></div>`)}`;
    }
    if (!this.work.none) return nothing;
    const { q } = this.work.asked;
    const { narrowed } = this.work;
    const all = q
      ? 'No tickets in this view match your search.'
      : narrowed
        ? 'No tickets match these filters.'
        : this.work.asked.view
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
