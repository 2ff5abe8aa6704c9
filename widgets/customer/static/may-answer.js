/**
 * Articles that may answer the customer's first question, below its field, as it is written. They open over the form, and
 * what was written stays. Other things that may answer it open in a new tab.
 *
 * @import { Chat } from './chat.js'
 * @typedef {{title: string, url: string}} Article
 */

import { element } from '../shared/dom.js';
import { t } from '../shared/words.js';

/** The customer may still be typing. */
const PAUSE_MS = 300;
const LETTERS_MIN = 8;
/** More words are not a query but a text, of which the articles need not have every word. */
const QUERY_WORDS = 4;
const SHOWN = 3;
const KINDS = ['article', 'release', 'course', 'incident'];
/** The desk uses no more of a query. */
const QUERY_MAX = 200;

export class MayAnswer {
  /** The query for the text that is in the form now. */
  #asked = '';
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {Article[]} */
  articles = [];

  /**
   * @param {Pick<Chat, 'open'|'view'|'visit'|'beginning'>} chat
   * @param {{find: (query: URLSearchParams) => Promise<Article[]>, show: (articles: Article[]) => void, locale: string, pause?: number}} means
   */
  constructor(chat, means) {
    this.chat = chat;
    this.means = means;
  }

  /** Something has changed. */
  look = () => {
    const { beginning, open, view, visit } = this.chat;
    if (!open || view !== 'form' || visit.phase !== 'form') return;
    const text = beginning.form.text.trim();
    const q = text.length < LETTERS_MIN ? '' : text.slice(0, QUERY_MAX);
    const query = new URLSearchParams({ q, limit: String(SHOWN), locale: this.means.locale });
    if (q.split(/\s+/u).length > QUERY_WORDS) query.set('sentences', 'true');
    for (const kind of KINDS) query.append('kind', kind);
    const { product } = beginning.choosing;
    if (product) query.set('product', product);
    // The form may have been drawn anew.
    this.means.show(this.articles);
    if (`${query}` === this.#asked) return;
    this.#asked = `${query}`;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#find(query), this.means.pause ?? PAUSE_MS);
  };

  /** An answer for older words is dropped. @param {URLSearchParams} query */
  async #find(query) {
    // Without the desk, the question is written as before.
    const articles = query.get('q') ? await this.means.find(query).catch(() => []) : [];
    if (`${query}` !== this.#asked) return;
    this.articles = articles;
    this.means.show(articles);
  }
}

/** The id of an article that can be shown in the widget. @param {string} url @returns {string|undefined} */
export const idOf = (url) => /\/articles\/([0-9]+)(?:-|$)/u.exec(url)?.[1];

/**
 * Shows the articles below the field of the first question.
 * @param {ParentNode} page @param {Article[]} articles @param {(article: Article, id: string) => void} open
 */
export function showArticles(page, articles, open) {
  const field = page.querySelector('chat-entry .write');
  const there = page.querySelector('.may-answer');
  const shown = articles.map(({ url }) => url).join(' ');
  if (there?.getAttribute('data-shown') === shown || (!there && !articles.length)) return;
  there?.remove();
  if (!field || !articles.length) return;
  const box = element('div', { class: 'may-answer', role: 'region', 'aria-label': t('Articles that may answer it') });
  box.dataset.shown = shown;
  const links = articles.map((article) => {
    const { title, url } = article;
    const link = element('a', { href: url, target: '_blank', rel: 'noopener', dir: 'auto' });
    link.textContent = title;
    link.addEventListener('click', (event) => {
      const id = idOf(url);
      // A browser's own ways to open a link stay.
      if (!id || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(article, id);
    });
    return link;
  });
  const intro = element('p');
  intro.textContent = t('May answer it.');
  box.append(intro, ...links);
  field.after(box);
}
