/**
 * Articles for an answer: finds them by words, and gets their text or link. It draws nothing.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {'text'|'link'} How
 * @typedef {{id: string, title: string, excerpt: string, url: string, product: string|null, visibility: string, locale: string,
 *   highlights: Array<[number, number]>, title_highlights: Array<[number, number]>}} Article
 */

import { Refused } from '../shared/http.js';
import { guessedLanguage } from './guessed-language.js';
import { languageOf } from './languages.js';

/** The agent may still be typing. */
const ASK_AFTER_MS = 150;
const SHOWN = 6;
/** The desk uses no more of a query. */
const QUERY_MAX = 200;

export class ArticleSearch {
  typed = '';
  /** Results; null until they are known. @type {Article[]|null} */
  articles = null;
  fault = '';
  inserting = false;
  /** @type {AbortController|null} */
  #asking = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #ask;
  #place;
  #said;
  #locale;
  #changed;
  #wait;

  /**
   * @param {{ask: Ask, place: string, said: string, locale?: string|null, changed: () => void, wait?: number}} given `place`: the address of
   *   the chat or ticket; `said`: what the customer wrote, for suggestions; `locale`: the customer's language, guessed if it is not known
   */
  constructor({ ask, place, said, locale, changed, wait = ASK_AFTER_MS }) {
    this.#ask = ask;
    this.#place = place;
    this.#said = said.trim();
    this.#locale = locale || guessedLanguage(said) || 'en';
    this.#changed = changed;
    this.#wait = wait;
  }

  /** True while the results are those for what the customer wrote. */
  get suggests() {
    return !this.typed.trim();
  }

  /** @param {string} typed '' for suggestions @returns {Promise<void>} resolves once the results are there, or dropped for newer ones */
  async type(typed) {
    this.typed = typed;
    this.fault = '';
    this.#asking?.abort();
    const mine = new AbortController();
    this.#asking = mine;
    this.#changed();
    await new Promise((passed) => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(passed, this.suggests ? 0 : this.#wait);
      mine.signal.addEventListener('abort', passed);
    });
    if (!mine.signal.aborted) await this.#search(mine.signal);
  }

  /** @param {AbortSignal} signal */
  async #search(signal) {
    // The newest words say best what the customer asks.
    const q = this.suggests ? this.#said.slice(-QUERY_MAX) : this.typed.trim().slice(0, QUERY_MAX);
    const query = new URLSearchParams({ q, limit: String(SHOWN), locale: this.#locale, locale_first: 'true' });
    if (this.suggests) query.set('sentences', 'true');
    for (const kind of ['article', 'release']) query.append('kind', kind);
    try {
      const { data } = q ? await this.#ask('GET', `/api/search?${query}`, { signal }) : { data: { results: [] } };
      if (signal.aborted) return;
      this.articles = data.results;
    } catch (error) {
      if (signal.aborted) return;
      this.#failed(error);
    }
    this.#changed();
  }

  /** The language of an article in words; '' if everybody here speaks English. @param {Pick<Article, 'locale'>} article */
  language({ locale }) {
    return locale === 'en' && this.#locale.split('-')[0] === 'en' ? '' : languageOf(locale);
  }

  /** What to insert for an article; null if the desk refused, which `fault` explains. @param {Article} article @param {How} how */
  async insert(article, how) {
    if (this.inserting) return null;
    this.inserting = true;
    this.fault = '';
    this.#changed();
    try {
      const body = { article: Number(article.id), how, locale: this.#locale };
      const { data } = await this.#ask('POST', `${this.#place}/insertions`, { body });
      return [data.title, data.text, data.url].filter(Boolean).join('\n');
    } catch (error) {
      this.#failed(error);
      return null;
    } finally {
      this.inserting = false;
      this.#changed();
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Refused)) throw error;
    this.fault = error.message;
  }
}

/** Who may read it, in words; '' if everybody may. @param {Pick<Article, 'visibility'|'product'>} article */
export const readers = ({ visibility, product }) =>
  ({ signed_in: 'People with an account', product: `Clients with ${product}`, staff: 'Staff only' })[visibility] ?? '';

/** The text with a piece inserted between `start` and `end`, on lines of its own; and where the caret goes. @param {string} text @param {string} piece @param {number} start @param {number} end */
export function inserted(text, piece, start, end) {
  const before = text.slice(0, start).trimEnd();
  const after = text.slice(end).trimStart();
  const upTo = before ? `${before}\n\n${piece}` : piece;
  return { text: after ? `${upTo}\n\n${after}` : upTo, caret: upTo.length };
}
