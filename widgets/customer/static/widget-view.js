/**
 * The whole widget: the bar, the connection banner, and the current view. Of its live regions one is polite and one
 * assertive; apart from them only the log announces anything.
 */

import { lazily } from '../shared/client/lazily.js';
import { isTold, connectionWords } from '../shared/connection-words.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { Entry } from './entry.js';
import { Head } from './head.js';
import { laterStyle } from './later-style.js';
import { WidgetPart } from './widget-part.js';

/** Measured from the request of the page. Until scripts run, the page's own style follows the same rule. */
const SHAPE_AFTER_MS = 300;
const COUNT_MS = 500;
/** Pause before the later views are requested again. */
const AGAIN_MS = 2_000;

export class WidgetView extends WidgetPart {
  /** @type {import('./types.js').View} */
  #view = 'opening';
  /** Somebody opened the chat while there was nothing yet to put the focus in. */
  #focusDue = false;
  /** Loading takes long enough to show a skeleton. */
  #shape = false;
  /** ms @type {number|null} */
  #downSince = Date.now();
  /** @type {import('./announcer.js').Announcer|null} once the form is drawn */
  announcer = null;
  #fetching = false;
  /** @type {WidgetPart|null} */
  alarm = null;
  /** The banner about an incident, as the server wrote it. */
  #incident = document.getElementById('incident');

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.bar = new Head(chat);
    this.bar.more = () => {
      chat.menuDue = true;
      this.#fetchViews();
    };
    /** @type {Partial<Record<import('./types.js').View, WidgetPart>>} */
    this.views = { form: new Entry(chat) };
    setTimeout(() => this.#late(), SHAPE_AFTER_MS - performance.now());
    setInterval(() => this.chat.desk.state.line !== 'live' && this.requestUpdate(), COUNT_MS);
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]')) return;
      if (chat.home.isBehind) chat.home.show();
      else chat.minimise();
    });
  }

  #late() {
    this.#shape = true;
    this.requestUpdate();
  }

  /** The current view, or a skeleton until it is loaded. @returns {import('./types.js').View} */
  get #shown() {
    return this.views[this.chat.view] ? this.chat.view : 'opening';
  }

  async #fetchViews() {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const [
        {
          tellTitles,
          Actions,
          Back,
          ConversationsView,
          ProblemBanner,
          UnreadPreview,
          Conversation,
          TicketTalks,
          TicketView,
        },
      ] = await lazily(() => Promise.all([import('./later-views.js'), laterStyle()]));
      this.chat.talks = new TicketTalks(this.chat);
      Object.assign(this.views, {
        list: new ConversationsView(this.chat),
        talk: new Conversation(this.chat),
        ticket: new TicketView(this.chat),
      });
      tellTitles(this.chat);
      this.alarm = new ProblemBanner(this.chat);
      this.bar.actions = new Actions(this.chat);
      this.bar.back = new Back(this.chat);
      this.bar.requestUpdate();
      this.after(new UnreadPreview(this.chat));
    } catch {
      // No connection: requested again while there is something to show.
      setTimeout(() => {
        this.#fetching = false;
        this.requestUpdate();
      }, AGAIN_MS);
    }
    this.requestUpdate();
  }

  async #fetchUnconfirmed() {
    // Without a connection it is requested again at the next redrawing.
    const part = await lazily(() => import('./unconfirmed-view.js')).catch(() => null);
    if (!part || this.views.unconfirmed) return;
    this.views.unconfirmed = new part.UnconfirmedView(this.chat);
    this.requestUpdate();
  }

  async takeFocus() {
    const view = this.views[this.chat.view];
    this.#focusDue = !view;
    await this.updateComplete;
    await view?.updateComplete;
    view?.first?.focus();
  }

  /** @override */
  willUpdate() {
    const { phase } = this.chat.visit;
    if (this.chat.view === 'unconfirmed' && !this.views.unconfirmed) this.#fetchUnconfirmed();
    const { home, memory, opened } = this.chat;
    const talked = memory.get('chat') || opened || home.any;
    if ((phase !== 'opening' && phase !== 'form') || talked) this.#fetchViews();
    const lost = this.#lost;
    this.announcer?.look(lost ? `${lost.strong} ${lost.safe}` : '');
  }

  /** @override */
  async updated() {
    const view = this.#shown;
    const before = this.#view;
    if (view === before) return;
    this.#view = view;
    await this.views[view]?.updateComplete;
    this.views[view]?.shown();
    // An answer never takes the focus from the page around.
    if (this.chat.open && (before === 'opening' ? this.#focusDue : document.hasFocus())) this.takeFocus();
  }

  /** @override */
  render() {
    return html`${this.bar}${this.#line()}
      <p class="sr" role="status">${this.chat.provingWords || this.announcer?.said}</p>
      ${this.#alert()}
      ${this.#shown === 'form' ? this.#incident : nothing}
      ${this.#shown === 'opening' ? this.#opening() : this.views[this.#shown]}`;
  }

  /** Texts for a lost connection. @returns {{strong: string, again: string, safe: string}|null} */
  get #lost() {
    if (this.chat.view === 'unconfirmed') return null;
    const { state } = this.chat.desk;
    const now = this.chat.now();
    const said = connectionWords(state, { lost: t('No connection.'), safe: t('You can keep writing.') }, now);
    this.#downSince = said ? (this.#downSince ?? now) : null;
    return said && isTold(state, this.#downSince ?? now, now) ? said : null;
  }

  /** The countdown is not announced. */
  #line() {
    const lost = this.#lost;
    if (!lost) return nothing;
    return html`<p class="banner">${icon('wifi-off')}<span><b>${lost.strong}</b>${lost.again ? html`<span aria-hidden="true"> ${lost.again}</span>` : nothing} ${lost.safe}</span></p>`;
  }

  #alert() {
    const { alarm, stuck, wrong } = this.chat;
    return html`<div role="alert" class=${alarm || stuck ? '' : 'sr'}>${this.alarm}${wrong ? html`<span class="sr">${wrong.sentence}</span>` : nothing}</div>`;
  }

  /** A skeleton: of a conversation if this browser remembers one, else of the form. */
  #opening() {
    const { chat } = this;
    if (!this.#shape) return nothing;
    if (chat.view === 'opening' && !chat.memory.get('chat') && !chat.home.any)
      return html`<div class="view pad asks" aria-busy="true"><span class="sr">${t('Opening')}</span><div class="bone"></div><div class="bone"></div><div class="bone"></div><div class="bone"></div></div>`;
    return html`<div class="view" aria-busy="true"><span class="sr">${t('Loading your conversation')}</span><div class="pad bones"><div class="bone"></div><div class="bone"></div><div class="bone"></div></div>
      <div class="w-compose takes" aria-hidden="true"><span class="icon-btn">${icon('paperclip', 'lg')}</span><span class="box">${t('Write a message')}</span><span class="icon-btn send">${icon('arrow-up', 'lg')}</span></div></div>`;
  }
}

customElements.define('chat-face', WidgetView);
