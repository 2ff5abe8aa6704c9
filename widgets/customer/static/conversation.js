/** The conversation: its log, and the text box below. */

import { element } from '../shared/dom.js';
import { Log } from '../shared/log.js';
import { newer } from '../shared/newer.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { end, retract, send, write } from './chat-commands.js';
import { addTo, retractReply } from './chat-requests.js';
import { Compose } from './compose.js';
import { CustomerLog } from './customer-log.js';
import { newMark } from './log-marks.js';
import { ticketAsk, ticketMode, toTicket } from './ticket-compose.js';
import { TicketFoot } from './ticket-foot.js';
import { WidgetPart } from './widget-part.js';
import { LineBar } from './line-bar.js';
import { LineCard } from './line-card.js';
import { silentWords } from './line-words.js';

/** Items that a long conversation keeps in memory while nobody reads earlier ones. */
const KEPT = 300;

export class Conversation extends WidgetPart {
  /** @type {Log|null} */
  #log = null;
  /** When the chat began. */
  #since = '';
  /** `seq` of the reply above which "New" stands. */
  #marked = 0;
  /** The event of the chat that "New" stands above. */
  #newFrom = 0;
  list = element('div', { class: 'log' });
  scroller = element('div', { class: 'w-log', role: 'log', 'aria-label': t('Messages'), tabindex: 0 }, this.list);

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.around = new CustomerLog(chat);
    this.foot = new TicketFoot(chat, { toBox: () => this.compose.box?.focus() });
    const toItsTicket = toTicket(chat);
    this.compose = new Compose(this, {
      limits: () => (this.#over ? toItsTicket.limits() : chat.limits),
      shut: () => this.#over && toItsTicket.shut(),
      draft: () => chat.drafts.get(chat.visit.chat ?? ''),
      write: (text) => write(chat, text),
      send: (text, files) => (this.#over ? toItsTicket.send(text, files) : send(chat, text, files)),
      sent: () => {
        chat.drafts.set(chat.visit.chat ?? '', '');
        this.#log?.toEnd();
      },
      toEnd: () => this.#log?.toEnd(),
    });
    this.bar = new LineBar(chat);
    this.card = new LineCard(chat, { toBox: () => this.compose.box?.focus() });
    this.#fresh();
    chat.seenUpto = () => this.#log?.seenOf((item) => Boolean(item.chat)) ?? 0;
    this.scroller.addEventListener('scroll', () => (chat.visit.unread || this.#over) && chat.changedSoon());
    chat.on('fresh', () => this.#fresh());
    chat.on('told', (frame, live) => {
      this.#since ||= frame.at;
      this.#log?.add(frame, live);
    });
    chat.on('ticketTold', (frame, live) => this.#over && this.#log?.add(frame, live));
    chat.on('ticketFresh', () => this.#addReplies());
    chat.on('ending', () => this.#dialog?.showModal());
    chat.on('draft', () => this.compose.takeDraft());
    chat.on('whole', () => {
      this.#log?.whole();
      this.#markNew();
      this.#addReplies();
    });
    chat.on('typing', (sender) => this.#log?.typing(sender));
  }

  /** @override */
  get first() {
    return this.compose.to.shut() ? this.scroller : this.compose.box;
  }

  /** The chat is over: what is written goes to its ticket. */
  get #over() {
    return this.chat.visit.phase === 'closed';
  }

  /** @param {string} id of what is unsent */
  #isReply(id) {
    return Boolean(this.#talk?.waiting.some((one) => one.id === id));
  }

  get #talk() {
    return this.#over && !this.chat.opened ? (this.chat.talks?.current ?? null) : null;
  }

  /** The replies to its ticket since the chat began, and "New" above those that nobody has read. */
  #addReplies() {
    const talk = this.#talk;
    if (!talk?.whole) return;
    for (const frame of talk.own.filter(({ at }) => at >= this.#since)) {
      if (frame.seq === talk.firstUnread && this.#marked !== frame.seq) this.#log?.put(newMark(frame));
      if (frame.seq === talk.firstUnread) this.#marked = frame.seq;
      this.#log?.add(frame, false);
    }
    this.requestUpdate();
  }

  /** "New" above what came while the customer was away. */
  #markNew() {
    this.#newFrom = this.chat.visit.newFrom;
    this.#log?.markAbove(this.#newFrom, newMark);
  }

  #fresh() {
    const { chat } = this;
    this.#since = '';
    this.#newFrom = 0;
    this.#marked = 0;
    this.#log = new Log(this.list, this.scroller, {
      ...this.around.options,
      retry: (id) => (this.#isReply(id) ? chat.talks?.replies.retry(id) : chat.desk.retry(id)),
      edit: (entry) => {
        if (this.#isReply(entry.id)) retractReply(chat, entry);
        else retract(chat, entry);
        this.compose.takeDraft();
        this.compose.box?.focus();
      },
      discard: (id) => {
        if (this.#isReply(id)) chat.talks?.replies.discard(id);
        else chat.desk.discard(id);
        this.first?.focus();
      },
      fileOf: (id) =>
        chat.files.get(id) ?? this.#talk?.waiting.flatMap(({ files }) => files).find((file) => file.id === id),
      addTo: (entry, ticket) => addTo(chat, entry, ticket),
      keep: KEPT,
      earlier: () => {
        this.#log?.rereads();
        if (chat.visit.chat) chat.desk.follow(chat.visit.chat, 0);
      },
    });
    this.list.append(this.card, this.foot);
    this.compose.fresh();
  }

  /** Shows the log from its end. @override */
  shown() {
    this.compose.takeDraft();
    this.#log?.draw();
    this.#log?.toEnd();
  }

  /** @override */
  updated() {
    const { visit, desk } = this.chat;
    const talk = this.#talk;
    this.#log?.pending([...this.chat.unsent, ...(talk?.waiting ?? [])], desk.state.line === 'live');
    if (talk && this.chat.attends && this.chat.view === 'talk')
      talk.read(this.#log?.seenOf(({ chat, kind }) => !chat && kind === 'message') ?? 0);
    this.#log?.reads(visit.readByStaff);
    if (visit.newFrom !== this.#newFrom) this.#markNew();
    this.#log?.aside(this.#aside());
  }

  /** @override */
  render() {
    const { compose } = this;
    const leaving = this.#dialogWords();
    const unread =
      this.chat.visit.unread + (this.#talk ? (this.chat.desk.tickets.get(this.#talk.number)?.unread ?? 0) : 0);
    return html`<section class="view talk" aria-label=${t('Conversation')} @paste=${compose.pasted} @dragover=${compose.dragged} @drop=${compose.dropped}>
      ${this.bar}
      ${this.scroller}
      ${newer(this.#log, unread, () => this.first?.focus())}
      ${this.#silent()}
      ${this.#over ? ticketMode(this.chat, compose) : nothing}
      ${compose.tray()}
      ${this.#wayOut()}
      ${this.chat.visit.previews && !this.#over ? html`<p class="previews">${icon('shield-check')}<span>${t('The team can see what you type before you send it.')}</span></p>` : nothing}
      ${compose.render(this.#waits ? t('Add to your message') : this.#over ? ticketAsk(this.chat) : undefined)}
    </section>
    <dialog class="w-dialog" aria-labelledby="end-title" @close=${this.#answered}>
      <form method="dialog">
        <h2 id="end-title">${leaving.title}</h2>
        <p class="soft">${leaving.words}</p>
        <div class="pair"><button class="btn full" value="stay">${leaving.stay}</button><button class="btn primary full" value="end">${leaving.end}</button></div>
      </form>
    </dialog>`;
  }

  get #waits() {
    return this.chat.visit.phase === 'queued';
  }

  /** Out of the line, unless the card offers it already. */
  #wayOut() {
    return this.#waits && !this.card.offers
      ? html`<p class="way-out"><button type="button" class="textbtn" @click=${() => this.chat.askEnd()}>${this.chat.visit.decideBy ? t('Leave it as a message now') : t('Leave it as a message instead')}</button></p>`
      : nothing;
  }

  #dialogWords() {
    return this.#waits
      ? {
          title: t('Leave the line?'),
          words: [
            t('You give up your place. Your message becomes a ticket, and you get its number.'),
            this.chat.beginning.hasAddress
              ? ''
              : t('You gave no address, so the answer appears only here, in this browser.'),
          ].join(' '),
          stay: t('Stay in line'),
          end: t('Leave it as a message'),
        }
      : {
          title: t('End this chat?'),
          words: t('It becomes a ticket with the whole conversation, and you get its number.'),
          stay: t('Keep chatting'),
          end: t('End the chat'),
        };
  }

  /** What is said below the log. */
  #aside() {
    const { visit, desk } = this.chat;
    if (this.#waits && this.card.offers) return null;
    if (this.#waits)
      return visit.wasAnswered
        ? t('Your next agent will see what you write.')
        : t('Whoever answers reads this first. Add anything that helps.');
    return visit.phase === 'active' && visit.agent?.connected === false && desk.state.line === 'live'
      ? t('{name}’s connection dropped. They’ll see your messages when they’re back.', {
          name: firstName(visit.agent.name),
        })
      : null;
  }

  #silent() {
    const { silent } = this.chat.visit;
    return silent ? html`<p class=${silent.told > 1 ? 'notice' : 'notice calm'}>${silentWords(silent)}</p>` : nothing;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement|null} */ (this.one('dialog'));
  }

  #answered() {
    if (this.#dialog?.returnValue === 'end') {
      end(this.chat);
      this.first?.focus();
    }
    if (this.#dialog) this.#dialog.returnValue = '';
  }
}

customElements.define('chat-talk', Conversation);
