/**
 * A search for tickets: its filters, and what was found so far. It draws nothing, and reports `change`.
 *
 * @import { Asked, Facet } from './facets.js'
 * @import { Me, Team, Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { Refused } from '../shared/http.js';
import { CHANNELS, narrowed, queryOf } from './facets.js';
import { PRIORITIES } from './triage.js';
import { figures, viewOf } from './views.js';

/** Loading takes long enough to show a skeleton. */
const SLOW_MS = 300;
/** At most so many custom fields are columns. */
const COLUMNS_MAX = 2;

/** The filters by custom fields and their names. @param {import('./custom-fields.js').Field[]} fields */
function valuesOf(fields) {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const { key, kind, labels, options } of fields.filter(({ archived }) => !archived)) {
    const values = options.map((option) => /** @type {const} */ ([option.key, option.labels.en]));
    const all =
      kind === 'yes_no'
        ? /** @type {const} */ ([
            ['yes', 'Yes'],
            ['no', 'No'],
          ])
        : values;
    for (const [value, name] of all) found.set(`${key}:${value}`, `${labels.en}: ${name}`);
    found.set(`${key}:`, `${labels.en}: filled in`);
  }
  return found;
}

export class TicketSearch extends EventTarget {
  /** @type {Ticket[]} */
  tickets = [];
  /** Cursor of the next page. @type {string|null} */
  next = null;
  loading = true;
  slow = false;
  fault = '';
  /** Number of tickets, by view. @type {Record<string, import('./views.js').Count>|null} */
  counts = null;
  /** All teams, because a ticket may have come from another team. @type {Team[]} */
  teams = [];
  /** @type {Array<{staff: string, name: string}>} */
  people = [];
  /** Names of the requesters that were listed, by id. @type {Map<string, string>} */
  #requesters = new Map();
  /** Tags that the reader's teams use. @type {string[]} */
  #tags = [];
  /** Names of the values of custom fields, by the filter's value. @type {Map<string, string>} */
  #custom = new Map();
  /** The custom fields of the reader's teams. @type {import('./custom-fields.js').Field[]} */
  #fields = [];
  /** Names of the companies that were listed. @type {Set<string>} */
  #clients = new Set();
  /** @type {AbortController|null} */
  #loading = null;
  #ask;

  /** @param {{ask: Ask, me: Me, words: Vocabulary, asked: Asked, found?: (numbers: number[]) => void, signedOut?: () => void}} given `found`: told the numbers in their order */
  constructor({ ask, me, words, asked, found = () => {}, signedOut = () => {} }) {
    super();
    this.#ask = ask;
    this.me = me;
    this.words = words;
    this.asked = asked;
    this.found = found;
    this.signedOut = signedOut;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** The reader's teams. */
  get own() {
    const { teams } = this.me;
    return this.teams.filter(({ team }) => !teams.length || teams.includes(team));
  }

  /** @param {string} key */
  teamName(key) {
    return this.teams.find(({ team }) => team === key)?.name ?? key;
  }

  /** @param {string} id of staff, or `nobody` */
  personName(id) {
    if (id === 'nobody') return 'nobody';
    return id === this.me.id ? 'you' : (this.people.find(({ staff }) => staff === id)?.name ?? id);
  }

  /** The name is known once one of their tickets was listed. @param {string} id of a customer */
  requesterName(id) {
    return this.#requesters.get(id) ?? 'one person';
  }

  /** The name of a filter's value. @param {Facet} facet @param {string} value */
  nameOf(facet, value) {
    const { words } = this;
    if (facet === 'resolution') return words.code(value);
    if (facet === 'status') return words.status(value);
    if (facet === 'team') return this.teamName(value);
    if (facet === 'assignee') return this.personName(value);
    if (facet === 'requester') return this.requesterName(value);
    if (facet === 'channel') return CHANNELS[value] ?? value;
    if (facet === 'priority') return PRIORITIES[value] ?? value;
    if (facet === 'custom') return this.#custom.get(value) ?? value;
    return value;
  }

  /** The values that a filter offers, with their names. @param {Facet} facet @param {string[]} chosen are among them @returns {Array<[string, string]>} */
  options(facet, chosen) {
    const known = this.#known(facet);
    const values = [...known, ...chosen.filter((value) => !known.includes(value))];
    return values.map((value) => [value, this.nameOf(facet, value)]);
  }

  /** @param {Facet} facet @returns {string[]} */
  #known(facet) {
    const { words } = this;
    if (facet === 'resolution') return words.codes.map(({ key }) => key);
    if (facet === 'status') {
      const { status } = viewOf(this.asked.view).query;
      return words.statuses.map(({ key }) => key).filter((key) => !status || status.includes(key));
    }
    if (facet === 'team') return this.own.map(({ team }) => team);
    if (facet === 'assignee') return ['nobody', ...this.people.map(({ staff }) => staff)];
    if (facet === 'requester') return [...this.#requesters.keys()];
    if (facet === 'client') return [...this.#clients].sort((a, b) => a.localeCompare(b));
    if (facet === 'product') return [...new Set(this.own.flatMap(({ products }) => products))];
    if (facet === 'priority') return Object.keys(PRIORITIES);
    if (facet === 'tag') return this.#tags;
    if (facet === 'custom') return [...this.#custom.keys()];
    return facet === 'channel' ? Object.keys(CHANNELS) : [];
  }

  /** The list is known to be empty. */
  get none() {
    return !this.fault && !this.loading && !this.tickets.length;
  }

  /** A filter is set. */
  get narrowed() {
    return narrowed(this.asked);
  }

  /** Loads names of teams and colleagues; the list shows them when they arrive. */
  async readNames() {
    const read = async (/** @type {string} */ path, /** @type {(data: any) => void} */ take) => {
      try {
        take((await this.#ask('GET', path)).data);
        this.#changed();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    };
    await Promise.all([
      read('/api/hours', ({ teams }) => {
        this.teams = teams;
      }),
      read('/api/staff', (people) => {
        this.people = people;
      }),
      read('/api/tickets/tags', ({ tags }) => {
        this.#tags = tags;
      }),
      read('/api/ticket-fields', ({ fields }) => {
        this.#fields = fields;
        this.#custom = valuesOf(fields);
      }),
    ]);
  }

  /** The custom fields by which the list is filtered are its columns. */
  get columns() {
    const { is, not } = this.asked;
    const keys = new Set([...(is.custom ?? []), ...(not.custom ?? [])].map((value) => value.split(':')[0]));
    return this.#fields.filter(({ key }) => keys.has(key)).slice(0, COLUMNS_MAX);
  }

  /** @param {Asked} asked */
  begin(asked) {
    this.asked = asked;
    this.tickets = [];
    this.next = null;
    return Promise.all([this.load(), this.count()]);
  }

  /** The same list, newer. @param {Ticket[]} tickets @param {string|null} [next] */
  show(tickets, next = this.next) {
    this.tickets = tickets;
    this.next = next;
    this.#remember(tickets);
    this.found(tickets.map(({ number }) => number));
    this.#changed();
  }

  async count() {
    try {
      const { more = [], ...counts } = (await this.#ask('GET', '/api/tickets/counts')).data;
      this.counts = figures(counts, more);
      this.#changed();
    } catch (error) {
      // The list also works without counts.
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @param {Ticket[]} tickets */
  #remember(tickets) {
    for (const { requester, client } of tickets) {
      if (client) this.#clients.add(client);
      const name = requester?.name ?? requester?.email;
      if (requester?.id && name) this.#requesters.set(requester.id, name);
    }
  }

  /** Load the next page. */
  async load() {
    this.#loading?.abort();
    const mine = new AbortController();
    this.#loading = mine;
    this.loading = true;
    this.fault = '';
    this.#changed();
    const slow = setTimeout(() => {
      this.slow = true;
      this.#changed();
    }, SLOW_MS);
    try {
      const query = queryOf(this.asked, this.me.id, this.next);
      const { data } = await this.#ask('GET', `/api/tickets?${query}`, { signal: mine.signal });
      this.tickets = [...this.tickets, ...data.tickets];
      this.next = data.next;
      this.#remember(data.tickets);
      this.found(this.tickets.map(({ number }) => number));
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) this.signedOut();
      this.fault = error.message;
    } finally {
      clearTimeout(slow);
      if (!mine.signal.aborted) {
        this.loading = false;
        this.slow = false;
        this.#changed();
      }
    }
  }
}
