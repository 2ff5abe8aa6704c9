/** A ticket as a conversation: its chats, each folded into one line, its replies, and the text box. */

import { element } from '../shared/dom.js';
import { Log } from '../shared/log.js';
import { newer } from '../shared/newer.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { retractReply } from './chat-requests.js';
import { Compose } from './compose.js';
import { CustomerLog } from './customer-log.js';
import { foldMark, newMark } from './log-marks.js';
import { foldsOf, inOrder } from './folds.js';
import { ticketAsk, ticketMode, toTicket } from './ticket-compose.js';
import { TicketFoot } from './ticket-foot.js';
import { WidgetPart } from './widget-part.js';
import { draftOf } from './reply-draft.js';

export class TicketView extends WidgetPart {
  /** @type {Log|null} */
  #log = null;
  /** Chats that are unfolded. @type {Set<string>} */
  #unfolded = new Set();
  /** @type {number|null} */
  #number = null;
  /** The customer looks at it. */
  #there = false;
  list = element('div', { class: 'log' });
  scroller = element('div', { class: 'w-log', role: 'log', 'aria-label': t('Messages'), tabindex: 0 }, this.list);

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.around = new CustomerLog(chat);
    this.foot = new TicketFoot(chat, { toBox: () => this.compose.box?.focus() });
    this.compose = new Compose(this, {
      ...toTicket(chat),
      shut: () => !this.#talk?.properties || toTicket(chat).shut(),
      draft: () => chat.drafts.get(draftOf(chat)),
      write: (text) => chat.drafts.set(draftOf(chat), text),
      sent: () => {
        chat.drafts.set(draftOf(chat), '');
        this.#log?.toEnd();
      },
      toEnd: () => this.#log?.toEnd(),
    });
    this.scroller.addEventListener('scroll', () => this.#talk && chat.changedSoon());
    chat.on('ticketFresh', () => this.#build());
    chat.on('ticketTold', (frame, live) => this.#log?.add(frame, live));
  }

  get #talk() {
    return this.chat.talks?.current ?? null;
  }

  /** @override */
  get first() {
    if (this.#talk?.gone) return this.one('.mid .btn');
    return this.compose.to.shut() ? this.scroller : this.compose.box;
  }

  /** @override */
  shown() {
    this.#build();
    this.#log?.toEnd();
    this.compose.takeDraft();
  }

  /** Tells the whole story anew, where this view is the one that is shown. */
  #build() {
    const talk = this.#talk;
    if (this.chat.view !== 'ticket') return;
    if (talk?.number !== this.#number) {
      this.#number = talk?.number ?? null;
      this.#unfolded.clear();
      this.compose.fresh();
    }
    const stays = this.#log?.away;
    this.#log = new Log(this.list, this.scroller, {
      ...this.around.options,
      retry: (id) => this.chat.talks?.replies.retry(id),
      edit: (entry) => {
        retractReply(this.chat, entry);
        this.compose.takeDraft();
        this.compose.box?.focus();
      },
      discard: (id) => {
        this.chat.talks?.replies.discard(id);
        this.first?.focus();
      },
      fileOf: (id) => talk?.waiting.flatMap(({ files }) => files).find((file) => file.id === id),
    });
    this.list.append(this.foot);
    if (talk?.whole && talk.properties) this.#fill(talk);
    if (!stays) this.#log.toEnd();
    this.scroller.hidden = Boolean(talk?.gone);
    this.requestUpdate();
    if (talk?.gone && this.contains(document.activeElement)) this.#toWayOut();
  }

  /** What had the focus is there no more. */
  async #toWayOut() {
    await this.updateComplete;
    this.first?.focus();
  }

  /** @param {import('./ticket-talk.js').TicketTalk} talk */
  #fill(talk) {
    const log = this.#log;
    if (!log) return;
    const { firstUnread } = talk;
    for (const { fold, event } of inOrder(foldsOf(talk.past), talk.own)) {
      if (fold) {
        const open = this.#unfolded.has(fold.chat);
        log.put(
          foldMark(
            fold,
            { open, turn: () => this.#turn(fold.chat), enter: () => this.chat.openTicket(null) },
            this.chat,
          ),
        );
        if (open) for (const one of fold.events) log.add(one, false);
      } else {
        if (event.seq === firstUnread) log.put(newMark(event));
        log.add(event, false);
      }
    }
    log.draw();
  }

  /** @param {string} chat */
  #turn(chat) {
    if (!this.#unfolded.delete(chat)) this.#unfolded.add(chat);
    const at = this.scroller.scrollTop;
    this.#build();
    this.scroller.scrollTop = at;
    /** @type {HTMLElement|null} */ (this.list.querySelector(`[data-chat="${CSS.escape(chat)}"]`))?.focus();
  }

  disconnectedCallback() {
    this.#there = false;
  }

  /** "New" moves above what came since the last visit. @param {import('./ticket-talk.js').TicketTalk} talk */
  #came(talk) {
    const before = talk.firstUnread;
    talk.visited();
    if (talk.firstUnread !== before) this.#build();
  }

  /** @override */
  updated() {
    const { chat } = this;
    const talk = this.#talk;
    if (!talk || chat.view !== 'ticket') return;
    this.#log?.pending(talk.waiting, chat.desk.state.line === 'live');
    if (chat.attends && !this.#there) this.#came(talk);
    this.#there = chat.attends;
    // Only what was in view counts as read.
    if (chat.attends) talk.read(this.#log?.seenOf(({ chat, kind }) => !chat && kind === 'message') ?? 0);
  }

  /** @override */
  render() {
    const { compose, chat } = this;
    const talk = this.#talk;
    const unread = chat.desk.tickets.get(talk?.number ?? 0)?.unread ?? 0;
    return html`<section class="view talk" aria-label=${t('Conversation')} @paste=${compose.pasted} @dragover=${compose.dragged} @drop=${compose.dropped}>
      ${this.#state()}
      ${this.scroller}
      ${newer(this.#log, unread, () => this.first?.focus())}
      ${ticketMode(chat, compose)}
      ${compose.tray()}
      ${compose.render(ticketAsk(chat))}
    </section>`;
  }

  /** What stands in place of the story. */
  #state() {
    const talk = this.#talk;
    if (talk?.gone) return this.#gone(talk);
    if (talk?.fault)
      return html`<div class="pad mid" role="alert"><p class="soft">${t('This conversation didn’t load.')} ${talk.fault}</p><button type="button" class="btn" @click=${() => talk.load()}>${t('Try again')}</button></div>`;
    if (!talk?.whole || !talk.properties)
      return html`<div class="pad bones" aria-busy="true"><span class="sr">${t('Loading your conversation')}</span><div class="bone"></div><div class="bone"></div></div>`;
    return nothing;
  }

  /** @param {import('./ticket-talk.js').TicketTalk} talk */
  #gone({ kept }) {
    const { home } = this.chat;
    return html`<div class="pad mid"><div role="alert"><p class="soft">${t('This conversation isn’t available any more.')}</p>
      ${kept ? html`<p class="soft">${t('Your unsent text is kept.')}</p>` : nothing}</div>
      ${home.any ? html`<button type="button" class="btn full" @click=${() => home.show()}>${t('Your conversations')}</button>` : nothing}
      <button type="button" class="btn full" @click=${() => this.chat.again()}>${icon('plus')}${t('New conversation')}</button></div>`;
  }
}

customElements.define('chat-ticket', TicketView);
