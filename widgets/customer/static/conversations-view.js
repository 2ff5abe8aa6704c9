/** The list of the customer's conversations: a chat under way, then the others by their last change. */

import { ask } from '../shared/http.js';
import { icon, moment, picture, statusTag } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { n, t } from '../shared/words.js';
import { LiveTalk, rowOf } from './conversation-rows.js';
import { Conversations } from './conversations.js';
import { aheadWords } from './sentences.js';
import { WidgetPart } from './widget-part.js';

const SHAPE_AFTER_MS = 300;

export class ConversationsView extends WidgetPart {
  #talk = new LiveTalk();
  /** Name of who is typing in the chat under way. @type {string|null} */
  #typing = null;
  /** Loading takes long enough to show a skeleton. */
  #shape = false;
  /** The row that was opened last. */
  #opened = '';
  /** Announced once it is done. */
  #more = false;

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    const { desk } = chat;
    this.conversations = new Conversations({
      ask: async ({ limit, cursor }) => {
        const more = cursor ? `&cursor=${cursor}` : '';
        return (await ask('GET', `/api/tickets?limit=${limit}${more}`, { bearer: desk.customer.token })).data;
      },
      known: () => desk.tickets.all,
      changed: () => this.#changed(),
    });
    desk.on('tickets', () => chat.home.shown && this.conversations.heard());
    desk.on('hello', () => chat.home.shown && this.conversations.load());
    desk.on('news', (frame) => frame.type === 'ticket.gone' && this.conversations.lose(frame.ticket));
    desk.on('forgotten', () => this.conversations.clear());
    chat.on('fresh', () => {
      this.#talk = new LiveTalk();
    });
    chat.on('told', (frame) => this.#talk.told(frame));
    chat.on('typing', (sender) => {
      this.#typing = sender?.name ?? null;
      this.requestUpdate();
    });
  }

  /** The row that one came from; the first one otherwise, as soon as there is one. @override */
  get first() {
    if (this.conversations.state === 'new') return this.one('.convs');
    return this.one(`[data-row="${this.#opened}"]`) ?? this.one('.conv') ?? this.one('.w-end .btn');
  }

  /** @override */
  shown() {
    this.conversations.load();
    if (this.conversations.state !== 'new') return;
    setTimeout(() => {
      this.#shape = true;
      this.requestUpdate();
    }, SHAPE_AFTER_MS);
  }

  #changed() {
    const { state, tickets, busy } = this.conversations;
    if (state === 'ready' && !busy) {
      this.chat.memory.set('listed', tickets.length ? 'yes' : null);
      // Nothing is left to list.
      if (this.chat.home.shown && !this.chat.home.any) this.#begin();
    }
    this.requestUpdate();
  }

  /** A chat, or the start of one, is under way. */
  get #underWay() {
    const { visit, desk } = this.chat;
    if (visit.phase === 'opening') return Boolean(desk.hello?.chats?.length);
    return ['queued', 'active', 'starting', 'sending'].includes(visit.phase);
  }

  /** @override */
  updated() {
    if (this.conversations.state !== 'new' && document.activeElement === this.one('.convs')) this.first?.focus();
    if (!this.#more || this.conversations.busy) return;
    this.#more = false;
    const rows = this.querySelectorAll('.conv:not(.live)');
    /** @type {HTMLElement|undefined} */ (rows[this.#before])?.focus();
  }

  /** Number of rows before more were asked for. */
  #before = 0;

  /** @override */
  render() {
    const { chat, conversations } = this;
    const live = this.#underWay && chat.visit.phase !== 'sending';
    const shown = live ? conversations.tickets.filter((one) => one.live !== chat.visit.chat) : conversations.tickets;
    return html`<section class="view" aria-label=${t('Your conversations')}>
      <div class="convs" tabindex="-1" aria-busy=${conversations.state === 'new' ? 'true' : nothing}>
        ${live ? html`<ul role="list"><li>${this.#live()}</li></ul>` : nothing}
        ${live && shown.length ? html`<h2 id="earlier">${t('Earlier')}</h2>` : nothing}
        ${this.#state()}
        ${shown.length ? html`<ul role="list" aria-labelledby=${live ? 'earlier' : nothing}>${shown.map((one) => html`<li>${this.#row(rowOf(one, chat.now()))}</li>`)}</ul>` : nothing}
        ${conversations.next ? html`<button type="button" class="btn plain all" aria-disabled=${conversations.busy ? 'true' : nothing} @click=${this.#showMore}>${t('Show more')}</button>` : nothing}
      </div>
      <div class="w-end">
        <button type="button" class="btn primary full" @click=${this.#begin}>${live ? t('Back to your chat') : html`${icon('plus')}${t('New conversation')}`}</button>
        ${live ? nothing : this.#wait()}
      </div>
    </section>`;
  }

  #wait() {
    const { team } = this.chat.beginning;
    const ahead = team?.open ? aheadWords(team) : '';
    return ahead ? html`<p class="after">${ahead}</p>` : nothing;
  }

  #state() {
    const { state, tickets } = this.conversations;
    if (state === 'failed')
      return html`<p class="soft" role="alert">${t('Your conversations didn’t load.')} <button type="button" class="textbtn" @click=${() => this.conversations.load()}>${t('Try again')}</button></p>`;
    return state === 'new' && this.#shape && !tickets.length
      ? html`<div class="pad bones rows"><span class="sr">${t('Loading your conversations')}</span>${[1, 2, 3].map(() => html`<div class="bone"></div>`)}</div>`
      : nothing;
  }

  #live() {
    const { visit, desk } = this.chat;
    const { subject, words, meta } = this.#talk.words(visit, this.#typing);
    const { agent } = visit;
    const dot = desk.state.line !== 'live' ? '' : agent?.connected ? 'ok' : 'warn';
    return html`<button type="button" class="conv live" data-row="live" @click=${this.#enter}>
      ${agent ? picture(agent, { dot }) : this.#mark()}
      <span class="l"><b class="cut" dir="auto">${subject}</b></span>
      <span class="l"><span class=${this.#typing ? 'last cut typing' : 'last cut'} dir="auto">${words}</span>${this.#count(visit.unread)}</span>
      <span class="l"><span class="meta cut" dir="auto">${meta}</span><span class="live-word">${t('Live now')}</span></span>
    </button>`;
  }

  /** @param {import('./conversation-rows.js').Row} row */
  #row({ number, subject, words, status, locked, until, at, time, unread, person }) {
    return html`<button type="button" class=${unread ? 'conv unread' : 'conv'} data-row=${number} @click=${() => this.#open(number)}>
      ${person ? picture(person) : this.#mark()}
      <span class="l"><b class="cut" dir="auto">${subject}</b></span>
      <span class="l"><span class="last cut" dir="auto">${words}</span>${this.#count(unread)}</span>
      <span class="l">${statusTag(status, this.chat.words.status(status), locked)}<span class="meta cut">${until}</span>${moment(at, time)}</span>
    </button>`;
  }

  /** @param {number} unread */
  #count(unread) {
    return unread
      ? html`<span class="count"><span aria-hidden="true">${unread > 99 ? '99+' : unread}</span><span class="sr">${n('{count} unread', '{count} unread', unread)}</span></span>`
      : nothing;
  }

  #mark() {
    return html`<span class="who plain" aria-hidden="true"><svg viewBox="0 0 22 22"><use href=${`${document.documentElement.dataset.icons}#mark`}></use></svg></span>`;
  }

  #enter() {
    this.#opened = 'live';
    this.chat.home.leave();
  }

  /** @param {number} number */
  #open(number) {
    this.#opened = String(number);
    this.chat.openTicket(number);
  }

  /** To the form, or to the chat that is under way. */
  #begin() {
    const { home, visit } = this.chat;
    this.#opened = '';
    home.leave();
    if (!this.#underWay && visit.phase !== 'form') this.chat.again();
  }

  #showMore() {
    this.#more = true;
    this.#before = this.querySelectorAll('.conv:not(.live)').length;
    this.conversations.more();
  }
}

customElements.define('chat-conversations', ConversationsView);
