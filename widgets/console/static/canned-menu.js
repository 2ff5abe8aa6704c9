/**
 * The menu of canned replies, which a slash at the start of a word opens in every text box of staff, and the words about gaps that are
 * left in a text. A text with gaps is sent only if the agent sends it twice.
 *
 * @import { Actions } from './macro-words.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Place, Reply } from './canned-text.js'
 * @import { ReplyFile } from './canned-files.js'
 * @typedef {{about: string, place: Place, teamName: (key: string) => string, words: Vocabulary|null, pending: string, act: (actions: Actions, how: {alone: boolean}) => void, drop: () => void}} Around of a text box;
 *   `about`: the chat or ticket; `pending`: what a macro changes when the text is sent, in words; `act`: a macro was used, `alone`: without a text
 */

import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, LitElement, nothing } from '../shared/vendor/lit.js';
import { NOT_SENT, isBareName } from './bare-name.js';
import { CannedFiles, attach } from './canned-files.js';
import { CannedReplies } from './canned-replies.js';
import { gapAfter, gapWords, gapsOf, lacking, languageAfter, textFor } from './canned-text.js';
import { dialogStyle } from './dialog-style.js';
import { COMMAND } from './keyboard.js';
import { fieldWords } from './custom-fields.js';
import { describe, putAbove } from './floating.js';
import { languageOf } from './languages.js';
import { actionWords } from './macro-words.js';

const BOX = '.compose textarea';
const WIDEST_PX = 560;

class CannedMenu extends LitElement {
  /** @type {(() => Around)|null} */
  around = null;
  #replies = new CannedReplies({ ask, changed: () => this.requestUpdate() });
  /** @type {HTMLTextAreaElement|null} */
  #box = null;
  /** The form grows with the text and the fields, and the card stays above it. */
  #sizes = new ResizeObserver(() => this.requestUpdate());
  /** What is inserted is no typing. */
  #inserting = false;
  /** The language that the agent chose, by chat or ticket. @type {Map<string, string>} */
  #languages = new Map();
  /** The text with gaps that the agent was asked about. @type {string|null} */
  #asked = null;
  /** Files of replies, on their way into texts. */
  #files = new CannedFiles(() => this.around?.().about ?? '');

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    const on = (/** @type {string} */ name, /** @type {(event: Event) => void} */ act) =>
      document.addEventListener(name, act, true);
    on('focusin', ({ target }) => this.#entered(target));
    on('focusout', ({ target }) => {
      if (target === this.#box) this.#left();
    });
    on('input', ({ target }) => this.#typed(target));
    on('keydown', (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    on('submit', (event) => this.#submitted(/** @type {SubmitEvent} */ (event)));
    document.addEventListener('selectionchange', () => this.#replies.token && this.#look());
    addEventListener('resize', () => this.requestUpdate());
    this.#entered(document.activeElement);
    // What was typed before the menu was there.
    this.#look();
  }

  // -- what the agent does -----------------------------------------------------------------

  /** @param {EventTarget|null} target */
  #entered(target) {
    if (!(target instanceof HTMLTextAreaElement) || !target.matches(BOX)) return;
    this.#box = target;
    this.#sizes.disconnect();
    this.#sizes.observe(target.form ?? target);
    // Without a connection, the next time.
    dialogStyle().catch(() => {});
    void this.#replies.read();
    this.requestUpdate();
  }

  #left() {
    if (this.#box) describe(this.#box, 'canned-found', null);
    this.#replies.away();
    this.#box = null;
  }

  /** @param {EventTarget|null} target */
  #typed(target) {
    if (this.#inserting || target !== this.#box) return;
    this.#asked = null;
    this.#files.seen();
    this.#look();
  }

  #look() {
    const { activeElement } = document;
    if (!this.#box || this.#box !== activeElement) return;
    const { value, selectionStart, selectionEnd } = this.#box;
    if (selectionStart === selectionEnd) this.#replies.look(value, selectionStart, this.#place.locale);
    else this.#replies.away();
  }

  get #place() {
    if (!this.around) throw new Error('The menu of canned replies was given no place.');
    const { about, place } = this.around();
    return { ...place, locale: this.#languages.get(about) ?? place.locale };
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.target !== this.#box || event.isComposing || event.altKey || event.shiftKey) return;
    if (this.#replies.open ? this.#chooses(event) : this.#seeksGap(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @param {KeyboardEvent} event @returns {boolean} it was a key of the menu */
  #chooses({ key, ctrlKey, metaKey }) {
    const { marked } = this.#replies;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step && !ctrlKey && !metaKey) this.#replies.step(/** @type {1|-1} */ (step));
    else if (key === 'Escape') this.#replies.leave();
    else if (marked && turn && !ctrlKey && !metaKey && this.#turnLanguage(marked, /** @type {1|-1} */ (turn)))
      this.#look();
    else if (marked && (key === 'Enter' || (key === 'Tab' && !ctrlKey && !metaKey)))
      this.#insert(marked, key === 'Enter' && (ctrlKey || metaKey));
    else return false;
    return true;
  }

  /** The language after or before the one of the preview. @param {Reply} reply @param {1|-1} [step] */
  #languageAfter(reply, step) {
    return languageAfter(reply, textFor(reply, this.#place.locale).locale, step);
  }

  /** @param {Reply} reply @param {1|-1} step @returns {boolean} it has another language */
  #turnLanguage(reply, step) {
    const language = this.#languageAfter(reply, step);
    if (language && this.around) this.#languages.set(this.around().about, language);
    return language !== null;
  }

  /** Tab goes to the next gap, and behind the last one on to the next field. @param {KeyboardEvent} event */
  #seeksGap({ key, ctrlKey, metaKey }) {
    const box = this.#box;
    if (key !== 'Tab' || ctrlKey || metaKey || !box) return false;
    const gap = gapAfter(box.value, box.selectionStart, box.selectionEnd);
    if (gap) box.setSelectionRange(gap.start, gap.end);
    return Boolean(gap);
  }

  /** @param {Reply} reply @param {boolean} [sends] */
  #insert(reply, sends = false) {
    const box = this.#box;
    if (!box) return;
    const { text, from, to, whole } = this.#replies.insert(reply, this.#place);
    this.#inserting = true;
    box.value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    this.#inserting = false;
    box.setSelectionRange(from, to);
    const files = reply.files ?? [];
    const alone = reply.actions && !text.trim() && !files.length;
    if (reply.actions) this.around?.().act(reply.actions, { alone: Boolean(alone) });
    this.requestUpdate();
    if (files.length) void this.#attach(box, files);
    else if (sends && whole && !alone) box.form?.requestSubmit();
  }

  /** The agent sees the files before they are sent. @param {HTMLTextAreaElement} box @param {ReplyFile[]} files */
  async #attach({ form }, files) {
    await this.#files.bring(files, (all) => form && attach(form, all));
    this.requestUpdate();
  }

  /** A text waits for its files. One for the customer with gaps is held once. @param {SubmitEvent} event */
  #submitted(event) {
    const form = event.target instanceof HTMLFormElement && event.target.matches('.compose') ? event.target : null;
    const box = form?.querySelector('textarea');
    if (!form || !box) return;
    if (this.#files.busy) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (form.matches('.noting, .whispering')) return;
    const [gap] = gapsOf(box.value);
    const slash = this.#replies.list === null && isBareName(box.value);
    if (!(gap || slash) || box.value === this.#asked) return;
    event.preventDefault();
    event.stopPropagation();
    this.#asked = box.value;
    box.focus();
    if (gap) box.setSelectionRange(gap.start, gap.end);
    this.#box = box;
    this.requestUpdate();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** Gaps in a text that a customer will read. */
  get #gaps() {
    return this.#box && !this.#box.form?.matches('.noting, .whispering') ? gapsOf(this.#box.value) : [];
  }

  /** @override */
  render() {
    const { open, found, token, list } = this.#replies;
    const gaps = this.#gaps;
    return html`<section class="card float canned" popover="manual" aria-label="Canned replies" @mousedown=${(/** @type {Event} */ event) => event.preventDefault()}>
        ${open ? this.#menu(token?.words ?? '') : this.#files.busy ? html`<p class="quiet" role="status">The files of this reply are coming. Send when they’re there.</p>` : this.#files.lacking ? html`<p class="wrong" role="alert">The files of this reply are not attached. Insert it again, or use the paper clip.</p>` : gaps.length ? this.#warning(gaps) : this.#slash ? html`<p class="missing" role="alert">${icon('circle-alert')}${NOT_SENT}</p>` : this.#pending ? this.#along(this.#pending) : nothing}
      </section>
      <p class="sr" role="status">${open && list ? `${found.length === 1 ? '1 canned reply' : `${found.length} canned replies`}` : nothing}</p>`;
  }

  /** The name of a reply was about to be sent in its place. */
  get #slash() {
    const { list } = this.#replies;
    return list === null && this.#box !== null && this.#asked === this.#box.value && isBareName(this.#asked);
  }

  /** What a macro changes when the text is sent. */
  get #pending() {
    return this.#box && this.around ? this.around().pending : '';
  }

  /** @param {string} pending */
  #along(pending) {
    const drop = () => {
      this.around?.().drop();
      this.requestUpdate();
    };
    return html`<p class="along" role="status">${icon('check-check')}<span>When you send: ${pending}</span><button type="button" class="btn plain sm" @click=${drop}>Leave out</button></p>`;
  }

  /** @param {Reply} reply */
  #sets({ actions }) {
    const around = this.around?.();
    if (!actions || !around) return '';
    return actionWords(actions, {
      status: (key) => around.words?.status(key) ?? key,
      code: (key) => around.words?.code(key) ?? key,
      team: (key) => around.teamName(key),
      field: fieldWords,
    });
  }

  /** @param {string} words */
  #menu(words) {
    const { found, marked, fault, list } = this.#replies;
    const other = marked && this.#languageAfter(marked);
    return html`<p class="h">Canned replies${words ? ` for “/${words}”` : ''}</p>
      ${fault && !list ? html`<p class="wrong">${fault}</p>` : nothing}
      ${list && !list.length ? html`<p class="quiet">There are no canned replies yet.</p>` : nothing}
      <div class="results" role="listbox" id="canned-found" aria-label="Canned replies">${found.map((reply) => this.#option(reply, reply === marked))}</div>
      ${marked ? this.#preview(marked) : nothing}
      <p class="foot">${marked ? html`<span><kbd class="kbd">↵</kbd> insert</span>${marked.files?.length ? nothing : html`<span><kbd class="kbd">${COMMAND}</kbd> <kbd class="kbd">↵</kbd> insert and send</span>`}${other ? html`<span><kbd class="kbd">→</kbd> ${languageOf(other)}</span>` : nothing}` : html`<span><kbd class="kbd">↓</kbd> choose</span>`}<span><kbd class="kbd">Esc</kbd> keep “/${words}”</span><a class="link" href="/canned-replies" target="_blank" rel="noopener">Edit replies</a></p>`;
  }

  /** @param {Reply} reply @param {boolean} now */
  #option(reply, now) {
    const { text, locale } = textFor(reply, this.#place.locale);
    return html`<div role="option" id="canned-${reply.id}" aria-selected=${now} @click=${() => this.#insert(reply)}>
      <span class="two"><b class="cut">/${reply.shortcut}<span class="name"> ${reply.name}</span></b><small class="cut" lang=${locale} dir="auto">${reply.actions ? html`<b class="sets">${this.#sets(reply)}</b> ` : nothing}${text}</small></span>
      <small class="end">${this.#lacks(reply)}${this.#whose(reply)}${reply.uses ? `, used ${reply.uses}×` : ''}</small>
    </div>`;
  }

  /** What the customer does not get in their language. @param {Reply} reply */
  #lacks(reply) {
    const language = lacking(reply, this.around?.().place.locale ?? null);
    return language ? html`<b class="lacks">not in ${languageOf(language)}</b>, ` : nothing;
  }

  /** @param {Reply} reply */
  #whose({ scope, team }) {
    if (scope === 'own') return 'yours';
    return scope === 'team' && this.around ? this.around().teamName(team ?? '') : 'everybody';
  }

  /** @param {Reply} reply */
  #preview(reply) {
    const place = this.#place;
    const said = this.#replies.said(reply, place);
    const gaps = said.filter(({ kind }) => kind === 'gap');
    return html`<div class="pre"><p lang=${textFor(reply, place.locale).locale} dir="auto">${said.map(({ text, kind }) => (kind === 'text' ? text : html`<span class=${kind}>${text}</span>`))}</p>
      ${reply.actions ? html`<p class="sets">${icon('check-check')}Sets ${this.#sets(reply)}</p>` : nothing}
      ${reply.files?.length ? html`<p class="sets">${icon('paperclip')}${reply.files.map(({ name }) => name).join(', ')}</p>` : nothing}
      ${gaps.length ? html`<p class="missing">${icon('circle-alert')}${gapWords(gaps)}: not known here. Fill it in before you send.</p>` : nothing}</div>`;
  }

  /** @param {Array<{text: string}>} gaps */
  #warning(gaps) {
    const asked = this.#asked !== null && this.#asked === this.#box?.value;
    return html`<p class="missing" role=${asked ? 'alert' : 'status'}>${icon('circle-alert')}${asked ? `Not sent: fill in ${gapWords(gaps)}, or send again to send it as it is.` : `Fill in ${gapWords(gaps)} before you send. Tab goes to the next.`}</p>`;
  }

  /** @override */
  updated() {
    const card = /** @type {HTMLElement} */ (this.querySelector('.canned'));
    const { open, marked } = this.#replies;
    const box = this.#box;
    const { busy, lacking } = this.#files;
    const shown =
      Boolean(box) && (open || busy || lacking || this.#gaps.length > 0 || this.#slash || this.#pending !== '');
    if (box) describe(box, 'canned-found', open ? (marked ? `canned-${marked.id}` : '') : null);
    if (shown && box) putAbove(card, box, WIDEST_PX);
    if (card.matches(':popover-open') !== shown) card.togglePopover(shown);
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('canned-menu', CannedMenu);

/** Offers canned replies in the text boxes of the page. @param {() => Around} around of the text box */
export function offerReplies(around) {
  const menu = new CannedMenu();
  menu.around = around;
  document.body.append(menu);
}
