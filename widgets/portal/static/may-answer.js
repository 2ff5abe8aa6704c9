/**
 * Articles that may answer what somebody is writing, below the field. They open beside the page, so nothing that was
 * written is lost.
 */

import { ask } from '../shared/http.js';
import { t } from '../shared/words.js';
import { marked } from './suggest.js';

const SHOWN = 3;
const PAUSE_MS = 300;
const LETTERS_MIN = 8;
/** More words are not a query but a text, of which the articles need not have every word. */
const QUERY_WORDS = 4;
const KINDS = ['article', 'release', 'course', 'incident'];

/** @import { Found, Result } from './suggest.js' */

export class MayAnswer {
  /** @param {HTMLFormElement} form with the fields `subject`, `text` and `product` @param {Element} below the place */
  constructor(form, below) {
    this.form = form;
    this.box = document.createElement('div');
    this.box.className = 'sugg';
    this.box.role = 'region';
    this.box.ariaLabel = t('Articles that may answer it');
    this.box.hidden = true;
    below.append(this.box);
    this.asked = '';
    this.timer = 0;
    form.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.follow(), PAUSE_MS);
    });
  }

  /** @param {string} name */
  value(name) {
    const field = this.form.elements.namedItem(name);
    return field && 'value' in field ? field.value.trim() : '';
  }

  /** Asks for what has been written. An answer for older words is dropped. */
  async follow() {
    const q = `${this.value('subject')} ${this.value('text')}`.trim().slice(0, 200);
    const product = this.value('product');
    const asked = `${product}\n${q}`;
    if (asked === this.asked) return;
    this.asked = asked;
    const results = q.length < LETTERS_MIN ? [] : await found(q, product);
    if (asked === this.asked) this.fill(results);
  }

  /** @param {Result[]} results */
  fill(results) {
    this.box.hidden = !results.length;
    const intro = document.createElement('p');
    const strong = document.createElement('b');
    strong.textContent = t('May answer it.');
    intro.append(strong, ` ${t('Opens beside this page, what you wrote stays.')}`);
    const links = results.map((result) => {
      const link = document.createElement('a');
      link.href = new URL(result.url, location.href).pathname;
      link.target = '_blank';
      link.rel = 'noopener';
      link.append(...marked(result.title, result.title_highlights));
      return link;
    });
    this.box.replaceChildren(intro, ...links);
  }
}

/** @param {string} q @param {string} product @returns {Promise<Result[]>} none if the desk cannot be asked now */
async function found(q, product) {
  const query = new URLSearchParams({ q, limit: String(SHOWN), locale: document.documentElement.lang });
  if (q.split(/\s+/u).length > QUERY_WORDS) query.set('sentences', 'true');
  for (const kind of KINDS) query.append('kind', kind);
  if (product) query.set('product', product);
  try {
    /** @type {{data: Found}} */
    const { data } = await ask('GET', `/api/search?${query}`);
    return data.results;
  } catch {
    return [];
  }
}
