/**
 * Search over chats, tickets, people, articles and commands. It draws nothing.
 *
 * @import { Ticket } from '../shared/types.js'
 * @import { Article } from './article-search.js'
 * @import { Findable } from './chat-search.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {'chat'|'ticket'|'person'|'article'|'command'|'all'} Kind
 * @typedef {{id: string, kind: Kind, title: string, note: string, href: string, marks?: Array<[number, number]>, marked?: 'title'|'note',
 *   icon?: string, status?: string, closed?: boolean, person?: {id: string|null, name: string|null}, number?: number, chat?: string, act?: string, run?: () => void}} Option
 *   `marks`: where the words stand, in the title or the note
 * @typedef {{key: string, name: string, options: Option[]}} Group
 */

import { Refused } from '../shared/http.js';
import { NAMELESS } from '../shared/people.js';
import { readers } from './article-search.js';
import { find } from './chat-search.js';
import { commandsFor, onScreen } from './palette-commands.js';

/** The person may still be typing. */
const ASK_AFTER_MS = 150;
const CHATS = 5;
const TICKETS = 6;
const PEOPLE = 4;
const ARTICLES = 4;
const COMMANDS = 5;
/** The desk uses no more of the words for articles. */
const QUERY_MAX = 200;
/** Tickets read for a search: people are found among them too. */
const READ = 25;

/** @type {Record<string, 'number'|'people'|'commands'>} */
const PREFIXES = { '#': 'number', '@': 'people', '>': 'commands' };

/** Parses what was typed: a prefix narrows, and digits alone are a ticket's number. @param {string} typed */
export function parsed(typed) {
  const text = typed.trim();
  const only = PREFIXES[text[0]] ?? null;
  const q = (only ? text.slice(1) : text).trim();
  const number = only !== 'people' && only !== 'commands' && /^[1-9]\d{0,14}$/u.test(q) ? Number(q) : null;
  return { only, q, words: q.toLocaleLowerCase().split(/\s+/u).filter(Boolean), number };
}

export class Palette {
  typed = '';
  /** Tickets for what was typed; null until they are known. @type {Ticket[]|null} */
  #tickets = null;
  /** Articles for what was typed. @type {Article[]} */
  #articles = [];
  /** What they were found by, with its prefix. */
  #foundBy = '';
  fault = '';
  /** @type {AbortController|null} */
  #asking = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #ask;
  #chats;
  #status;
  #publishes;
  #changed;
  #wait;

  /** @param {{ask: Ask, chats: () => Findable[], status: () => string|null, changed: () => void, publishes?: () => boolean, wait?: number}} given `chats`: the agent's own, in order; `status`: the agent's; `publishes`: whether the person publishes system availability */
  constructor({ ask, chats, status, changed, publishes = () => false, wait = ASK_AFTER_MS }) {
    this.#ask = ask;
    this.#chats = chats;
    this.#status = status;
    this.#publishes = publishes;
    this.#changed = changed;
    this.#wait = wait;
  }

  /** @param {string} typed */
  type(typed) {
    this.typed = typed;
    this.fault = '';
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const { q, only } = parsed(typed);
    if (!q || only === 'commands') this.#tickets = null;
    else if (typed.trim() !== this.#foundBy || this.#tickets === null)
      this.#timer = setTimeout(() => void this.#search(q, typed.trim()), this.#wait);
    this.#changed();
  }

  /** True while tickets are being searched for. */
  get searching() {
    const { q, only } = parsed(this.typed);
    return (
      Boolean(q) &&
      only !== 'commands' &&
      !this.fault &&
      (this.#tickets === null || this.#foundBy !== this.typed.trim())
    );
  }

  /** @param {string} q @param {string} typed */
  async #search(q, typed) {
    const mine = new AbortController();
    this.#asking = mine;
    try {
      const query = new URLSearchParams({ q, limit: String(READ) });
      const articles = this.#findArticles(typed, mine.signal);
      const { data } = await this.#ask('GET', `/api/tickets?${query}`, { signal: mine.signal });
      if (mine.signal.aborted) return;
      this.#tickets = data.tickets;
      this.#foundBy = typed;
      void this.#showArticles(articles, mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      this.fault = error.message;
    }
    this.#changed();
  }

  /** Only commands stand below them, so little moves when they come later. @param {Promise<Article[]>} found @param {AbortSignal} signal */
  async #showArticles(found, signal) {
    const articles = await found;
    if (signal.aborted || (!articles.length && !this.#articles.length)) return;
    this.#articles = articles;
    this.#changed();
  }

  /** Only a help: the palette works without them. @param {string} typed @param {AbortSignal} signal @returns {Promise<Article[]>} */
  async #findArticles(typed, signal) {
    const { only, q, number } = parsed(typed);
    if (only !== null || number !== null) return [];
    const query = new URLSearchParams({ q: q.slice(0, QUERY_MAX), limit: String(ARTICLES) });
    for (const kind of ['article', 'release']) query.append('kind', kind);
    try {
      return (await this.#ask('GET', `/api/search?${query}`, { signal })).data.results;
    } catch (error) {
      if (error instanceof Refused || signal.aborted) return [];
      throw error;
    }
  }

  /** What there is to choose from, without empty groups. @returns {Group[]} */
  get groups() {
    const { only, q, words, number } = parsed(this.typed);
    // Results of the words before stay until there are new ones.
    const tickets = q ? (this.#tickets ?? []) : [];
    const all = only === null;
    const here = only === null || only === 'commands' ? this.#here(q) : [];
    const known = new Set(here.map(({ id }) => id));
    const groups = [
      { key: 'here', name: 'Here', options: here },
      { key: 'number', name: 'Number', options: number === null ? [] : [this.#exact(number, tickets)] },
      { key: 'chats', name: 'Chats', options: all ? this.#chatOptions(q) : [] },
      {
        key: 'tickets',
        name: 'Tickets',
        options: all || only === 'number' ? this.#ticketOptions(tickets, q, number) : [],
      },
      { key: 'people', name: 'People', options: all || only === 'people' ? people(tickets, words, all) : [] },
      { key: 'articles', name: 'Articles', options: all && q ? this.#articles.map(articleOption) : [] },
      {
        key: 'commands',
        name: 'Commands',
        options:
          all || only === 'commands' ? this.#commands(tickets, words, all).filter(({ id }) => !known.has(id)) : [],
      },
    ];
    return groups.filter(({ options }) => options.length > 0);
  }

  /** @param {string} q @returns {Option[]} */
  #chatOptions(q) {
    return find(this.#chats(), q)
      .slice(0, CHATS)
      .map(({ chat, name, text, customer = null }) => ({
        id: `chat-${chat}`,
        kind: 'chat',
        title: name,
        note: text,
        href: `/console#chat=${chat}`,
        chat,
        person: { id: customer, name },
      }));
  }

  /** The ticket of a number, before it is known whether there is one. @param {number} number @param {Ticket[]} tickets @returns {Option} */
  #exact(number, tickets) {
    const found = tickets.find((ticket) => ticket.number === number);
    const missing = !found && !this.searching && !this.fault;
    return {
      ...(found ? ticketOption(found) : {}),
      id: 'exact',
      kind: 'ticket',
      title: found?.subject ? `#${number} ${found.subject}` : `Ticket #${number}`,
      note: missing ? 'There is none that you can see.' : (found && namesOf(found)) || 'Open it',
      href: `/tickets/${number}`,
      icon: 'ticket',
      number,
    };
  }

  /** @param {Ticket[]} tickets @param {string} q @param {number|null} number shown by itself @returns {Option[]} */
  #ticketOptions(tickets, q, number) {
    const shown = tickets.filter((ticket) => ticket.number !== number).slice(0, TICKETS);
    const all = {
      id: 'all',
      kind: /** @type {Kind} */ ('all'),
      title: `All tickets with “${q}”`,
      note: '',
      icon: 'search',
      href: `/tickets?${new URLSearchParams({ view: 'all', q })}`,
    };
    return q ? [...shown.map(ticketOption), all] : [];
  }

  /** What can be done with the chat or ticket on the screen, if it begins as what was typed: it is known at once. @param {string} q @returns {Option[]} */
  #here(q) {
    const [first, ...others] = q.toLocaleLowerCase().split(/\s+/u);
    if (!first) return [];
    const fits = ({ name = '' }) => {
      const said = name.toLocaleLowerCase();
      return said.startsWith(first) && others.every((word) => said.includes(word));
    };
    return onScreen.commands().filter(fits).slice(0, COMMANDS).map(commandOption);
  }

  /** @param {Ticket[]} tickets @param {string[]} words @param {boolean} some only those that fit beside others @returns {Option[]} */
  #commands(tickets, words, some) {
    const clients = words.length ? [...new Set(tickets.map(({ client }) => client))] : [];
    const theirs = clients.flatMap((client) =>
      client && words.every((word) => client.toLocaleLowerCase().includes(word))
        ? [
            {
              id: `client-${client}`,
              kind: /** @type {Kind} */ ('command'),
              title: `Show tickets of ${client}`,
              note: '',
              icon: 'search',
              href: `/tickets?${new URLSearchParams({ view: 'all', client })}`,
            },
          ]
        : [],
    );
    const known = commandsFor(words, this.#status(), this.#publishes()).map(commandOption);
    const both = [...theirs, ...known];
    return some ? both.slice(0, COMMANDS) : both;
  }
}

/** @param {import('./palette-commands.js').Command} command @returns {Option} */
const commandOption = ({ id, name, icon, href = '', act, run }) => ({
  id: `do-${id}`,
  kind: 'command',
  title: name,
  note: '',
  icon,
  href,
  act,
  run,
});

/** @param {Ticket} ticket */
const namesOf = ({ requester, client }) =>
  [requester?.name ?? requester?.email ?? NAMELESS, client].filter(Boolean).join(', ');

/** @param {Ticket} ticket @returns {Option} */
function ticketOption(ticket) {
  const { number, subject, status, closed_at: closed, excerpt, highlights, found_in: found } = ticket;
  const head = `#${number} `;
  const inSubject = found === 'subject' && excerpt === subject;
  const shift = head.length;
  return {
    id: `ticket-${number}`,
    kind: 'ticket',
    title: head + (subject || 'No subject'),
    note: excerpt && !inSubject ? excerpt : namesOf(ticket),
    ...(excerpt
      ? {
          marked: inSubject ? 'title' : 'note',
          marks: inSubject
            ? highlights.map((/** @type {[number, number]} */ [start, end]) => [start + shift, end + shift])
            : highlights,
        }
      : {}),
    href: `/tickets/${number}`,
    icon: 'ticket',
    status,
    closed: Boolean(closed),
    number,
  };
}

/** An article of the help center, with who may read it unless everybody may. @param {Article} article @returns {Option} */
function articleOption(article) {
  const { id, title, excerpt, url, highlights, title_highlights: inTitle } = article;
  return {
    id: `article-${id}`,
    kind: 'article',
    title,
    note: [readers(article), excerpt].filter(Boolean).join(' · '),
    marked: 'title',
    marks: inTitle,
    ...(inTitle.length || readers(article) ? {} : { marked: 'note', marks: highlights }),
    href: url,
    icon: 'scroll-text',
  };
}

/** The requesters among found tickets whose name or address has the words. @param {Ticket[]} tickets @param {string[]} words @param {boolean} some @returns {Option[]} */
function people(tickets, words, some) {
  /** @type {Map<string, {option: Option, count: number, facts: string}>} */
  const found = new Map();
  for (const { requester, client } of tickets) {
    const { id = null, name = null, email = null } = requester ?? {};
    const text = `${name ?? ''} ${email ?? ''}`.toLocaleLowerCase();
    if ((!id && !email) || !words.every((word) => text.includes(word))) continue;
    const [by, value] = id ? ['requester', id] : ['email', email ?? ''];
    const known = found.get(value) ?? {
      option: {
        id: `person-${value}`,
        kind: 'person',
        title: name ?? email ?? NAMELESS,
        note: '',
        href: `/tickets?${new URLSearchParams({ view: 'all', [by]: value })}`,
        person: { id, name },
      },
      count: 0,
      facts: [client, name ? email : null].filter(Boolean).join(', '),
    };
    known.count += 1;
    found.set(value, known);
  }
  const all = [...found.values()].map(({ option, count, facts }) => ({
    ...option,
    note: [facts, count === 1 ? '1 ticket found' : `${count} tickets found`].filter(Boolean).join(', '),
  }));
  return some ? all.slice(0, PEOPLE) : all;
}
