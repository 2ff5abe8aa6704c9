/** The dialog with which agents insert an article into an answer. */

import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, LitElement, live, nothing } from '../shared/vendor/lit.js';
import { ArticleSearch, inserted, readers } from './article-search.js';
import { COMMAND } from './keyboard.js';
import { neighbour } from './keys.js';
import { marked } from './marked.js';

/**
 * @import { Article, How } from './article-search.js'
 * @typedef {{box: HTMLTextAreaElement, place: string, said: string, locale?: string|null}} Answer the text box of an answer, the address of
 *   its chat or ticket, what the customer wrote, and the customer's language
 */

class InsertArticle extends LitElement {
  /** @type {Answer|null} */
  #answer = null;
  /** @type {ArticleSearch|null} */
  #search = null;
  /** @type {string|null} */
  #marked = null;

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @returns {HTMLDialogElement} */
  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector('dialog'));
  }

  /** @param {Answer} answer */
  async open(answer) {
    this.#answer = answer;
    this.#marked = null;
    this.#search = new ArticleSearch({ ask, ...answer, changed: () => this.requestUpdate() });
    void this.#search.type('');
    this.requestUpdate();
    await this.updateComplete;
    if (this.dialog.open) return;
    this.dialog.showModal();
    this.querySelector('input')?.focus();
  }

  #closed() {
    this.#search = null;
    this.requestUpdate();
    this.#answer?.box.focus();
  }

  get #articles() {
    return this.#search?.articles ?? [];
  }

  /** The article that is marked: the first if there is none. */
  get #now() {
    return this.#articles.find(({ id }) => id === this.#marked) ?? this.#articles[0] ?? null;
  }

  /** @param {string|null} id */
  #mark(id) {
    this.#marked = id;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const now = this.#now;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const ids = this.#articles.map(({ id }) => id);
    if (step) this.#mark(neighbour(ids, now?.id ?? null, /** @type {1|-1} */ (step)));
    else if (event.key === 'Enter' && !event.isComposing && !event.repeat)
      void this.#insert(event.ctrlKey || event.metaKey ? 'text' : 'link');
    else return;
    event.preventDefault();
  }

  /** @param {How} how */
  async #insert(how) {
    const [article, search, answer] = [this.#now, this.#search, this.#answer];
    if (!article || !search || !answer) return;
    const piece = await search.insert(article, how);
    // The agent may have closed the dialog meanwhile.
    if (piece === null || search !== this.#search) return;
    const { box } = answer;
    const { text, caret } = inserted(box.value, piece, box.selectionStart, box.selectionEnd);
    box.value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    this.dialog.close();
    box.setSelectionRange(caret, caret);
  }

  /** @override */
  render() {
    return html`<dialog class="finder inserts" aria-label="Insert an article" @close=${this.#closed} @click=${this.#outside}>${this.#search ? this.#shown(this.#search) : nothing}</dialog>`;
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === this.dialog) this.dialog.close();
  }

  /** @param {ArticleSearch} search */
  #shown(search) {
    const { typed, articles, suggests, fault, inserting } = search;
    const now = this.#now;
    const count = articles?.length ?? 0;
    const none = suggests ? 'Type words to find an article.' : 'No article has these words.';
    return html`
      <div class="ask-for">${icon('search')}<input type="text" role="combobox" enterkeyhint="go" aria-label="Words of the article" placeholder="Find an article" aria-expanded="true" aria-controls="articles-found" aria-autocomplete="list" aria-activedescendant=${now ? `article-found-${now.id}` : nothing} autocomplete="off" maxlength="200" dir="auto"
        .value=${live(typed)} @input=${this.#typed} @keydown=${this.#key}><button type="button" class="icon-btn" aria-label="Close" @click=${() => this.dialog.close()}>${icon('x')}</button></div>
      <div class="results" role="listbox" id="articles-found" aria-label=${suggests ? 'Suggested for what the customer wrote' : 'Articles'}>${count && suggests ? html`<p class="h" role="presentation">Suggested for what the customer wrote</p>` : nothing}${(articles ?? []).map((one) => this.#option(one, one === now))}</div>
      ${articles && !count && !fault ? html`<p class="quiet none">${none}</p>` : nothing}
      ${fault ? html`<p class="wrong none" role="alert">${fault}</p>` : nothing}
      <p class="sr" role="status">${articles === null ? 'Searching' : count === 1 ? '1 article' : `${count} articles`}</p>
      <div class="acts"><a class="textbtn" href=${now ? new URL(now.url).pathname : nothing} target="_blank" rel="noopener" ?hidden=${!now}>Open</a>
        <button type="button" class="btn sm" ?disabled=${!now || inserting} @click=${() => this.#insert('text')}>Insert text <span class="keys" aria-hidden="true">${COMMAND} ↵</span></button>
        <button type="button" class="btn sm primary" ?disabled=${!now || inserting} @click=${() => this.#insert('link')}>Insert link <span class="keys" aria-hidden="true">↵</span></button></div>`;
  }

  /** @param {Article} article @param {boolean} now */
  #option(article, now) {
    const { id, title, title_highlights: inTitle, excerpt, highlights, locale } = article;
    const who = readers(article);
    const language = this.#search?.language(article);
    return html`<div role="option" id="article-found-${id}" aria-selected=${now} @click=${() => this.#mark(id)} @dblclick=${() => this.#insert('link')}>
      <span class="pic">${icon('scroll-text')}</span>
      <span class="two"><b class="cut" lang=${locale} dir="auto">${marked(title, inTitle)}</b><small class="cut" lang=${locale} dir="auto">${marked(excerpt, highlights)}</small></span>
      <span class="end">${language ? html`<small>${language}</small>` : nothing}${who ? html`<small class="readers">${icon('lock')}${who}</small>` : nothing}</span>
    </div>`;
  }

  /** @param {InputEvent} event */
  #typed({ target }) {
    this.#marked = null;
    void this.#search?.type(/** @type {HTMLInputElement} */ (target).value);
  }

  /** @override The marked article is scrolled into sight. */
  updated() {
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('insert-article', InsertArticle);

/** @type {InsertArticle|null} */
let dialog = null;

/** @param {Answer} answer */
export async function insertArticle(answer) {
  if (!dialog) {
    dialog = new InsertArticle();
    document.body.append(dialog);
    await dialog.updateComplete;
  }
  await dialog.open(answer);
}
