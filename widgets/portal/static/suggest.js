/**
 * Suggestions below a search field, as one types: a combobox with a list of links. The list lies above the page, so
 * nothing moves. Enter without a chosen suggestion sends the form, as without scripts.
 */

import { ask } from '../shared/http.js';
import { t } from '../shared/words.js';

const SHOWN = 6;
const LETTERS_MIN = 2;
const KINDS = ['article', 'release', 'course', 'webinar', 'incident', 'ticket'];

/**
 * @typedef {[number, number]} Span
 * @typedef {{title: string, url: string, product: string|null, title_highlights: Span[]}} Result
 * @typedef {{results: Result[], corrected: {from: string, to: string}|null, total: number}} Found
 */

/** The lists of a page have different ids. */
let lists = 0;

/** @param {string} text @param {Span[]} spans places in code points; the words there are marked */
export function marked(text, spans) {
  const letters = [...text];
  const parts = [];
  let at = 0;
  for (const [start, end] of spans) {
    const mark = document.createElement('mark');
    mark.textContent = letters.slice(start, end).join('');
    parts.push(letters.slice(at, start).join(''), mark);
    at = end;
  }
  return [...parts, letters.slice(at).join('')];
}

/** @param {string} url the desk's own address of a page, of which only the path counts here */
const path = (url) => {
  const { pathname, search, hash } = new URL(url, location.href);
  return pathname + search + hash;
};

export class Suggestions {
  /** @param {HTMLInputElement} field @param {string} product only what is about this product; '' for everything */
  constructor(field, product) {
    this.field = field;
    this.product = product;
    this.list = document.createElement('div');
    this.list.id = `suggestions-${++lists}`;
    this.list.className = 'suggestions';
    this.list.role = 'listbox';
    this.list.ariaLabel = t('Suggestions');
    this.list.hidden = true;
    this.chosen = -1;
    this.asked = '';
    this.busy = false;
    field.role = 'combobox';
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', this.list.id);
    field.ariaExpanded = 'false';
    field.after(this.list);
    field.addEventListener('input', () => void this.follow());
    field.addEventListener('keydown', (event) => this.key(event));
    field.addEventListener('focus', () => this.show(this.list.childElementCount > 0));
    // A click on a suggestion comes after the field has lost the focus.
    field.addEventListener('blur', () => setTimeout(() => this.show(false), 200));
  }

  /** Asks for suggestions, one query at a time. What is typed meanwhile is asked next. */
  async follow() {
    if (this.busy) return;
    this.busy = true;
    while (this.asked !== this.field.value) {
      this.asked = this.field.value;
      this.fill(this.asked.trim().length < LETTERS_MIN ? [] : await this.found(this.asked));
    }
    this.busy = false;
  }

  /** @param {string} q @returns {Promise<Result[]>} none if the desk cannot be asked now */
  async found(q) {
    const query = new URLSearchParams({ q, limit: String(SHOWN), locale: document.documentElement.lang });
    for (const kind of KINDS) query.append('kind', kind);
    if (this.product) query.set('product', this.product);
    try {
      /** @type {{data: Found}} */
      const { data } = await ask('GET', `/api/search?${query}`);
      return data.results;
    } catch {
      return [];
    }
  }

  /** @param {Result[]} results */
  fill(results) {
    this.list.replaceChildren(
      ...results.map((result, place) => {
        const link = document.createElement('a');
        link.href = path(result.url);
        link.role = 'option';
        link.id = `${this.list.id}-${place}`;
        link.tabIndex = -1;
        link.ariaSelected = 'false';
        const title = document.createElement('span');
        title.append(...marked(result.title, result.title_highlights));
        link.append(title);
        if (result.product && !this.product) {
          const product = document.createElement('small');
          product.textContent = result.product;
          link.append(product);
        }
        return link;
      }),
    );
    this.choose(-1);
    this.show(results.length > 0 && document.activeElement === this.field);
  }

  /** @param {boolean} open */
  show(open) {
    this.list.hidden = !open;
    this.field.ariaExpanded = String(open);
    if (!open) this.choose(-1);
  }

  /** @param {number} place of the suggestion; -1 for none */
  choose(place) {
    this.chosen = place;
    for (const [at, link] of [...this.list.children].entries()) link.ariaSelected = String(at === place);
    const link = this.list.children[place];
    if (link) this.field.setAttribute('aria-activedescendant', link.id);
    else this.field.removeAttribute('aria-activedescendant');
    link?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const count = this.list.childElementCount;
    const { key } = event;
    if (key === 'Escape' && !this.list.hidden) this.show(false);
    else if ((key === 'ArrowDown' || key === 'ArrowUp') && count) {
      this.show(true);
      // Above the first and below the last suggestion is the field itself.
      const step = key === 'ArrowDown' ? 1 : -1;
      this.choose(((this.chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (key === 'Enter' && this.chosen >= 0) {
      const link = this.list.children[this.chosen];
      if (link instanceof HTMLElement) link.click();
    } else return;
    event.preventDefault();
  }
}

for (const form of document.querySelectorAll('form[data-suggest]')) {
  const field = form.querySelector('input[type=search]');
  const product = form.querySelector('input[name=product]');
  if (field instanceof HTMLInputElement)
    new Suggestions(field, product instanceof HTMLInputElement ? product.value : '');
}
