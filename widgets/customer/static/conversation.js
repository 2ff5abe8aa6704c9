/** The conversation: its log, and the text box below. */

import { committed } from '../shared/committing.js';
import { element } from '../shared/dom.js';
import { Log } from '../shared/log.js';
import { newer } from '../shared/newer.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { RemoveDialog } from '../shared/remove.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { end, retract, send, write } from './chat-commands.js';
import { addTo, addressOf } from './chat-requests.js';
import { Compose } from './compose.js';
import { WidgetPart } from './widget-part.js';
import { Previews } from './previews.js';
import { LineBar } from './line-bar.js';
import { LineCard } from './line-card.js';
import { silentWords } from './line-words.js';

/** Items that a long conversation keeps in memory while nobody reads earlier ones. */
const KEPT = 300;

export class Conversation extends WidgetPart {
  /** @type {Log|null} */
  #log = null;
  list = element('div', { class: 'log' });
  scroller = element('div', { class: 'w-log', role: 'log', 'aria-label': t('Messages'), tabindex: 0 }, this.list);

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.removing = new RemoveDialog((fields) => committed(chat.desk, 'message.redact', fields));
    this.compose = new Compose(this, {
      limits: () => chat.limits,
      shut: () => chat.visit.phase === 'closed',
      draft: () => chat.drafts.get(chat.visit.chat ?? ''),
      write: (text) => write(chat, text),
      send: (text, files) => send(chat, text, files),
      sent: () => this.#log?.toEnd(),
      toEnd: () => this.#log?.toEnd(),
    });
    this.bar = new LineBar(chat);
    this.card = new LineCard(chat, { toBox: () => this.compose.box?.focus() });
    this.previews = new Previews((file) => addressOf(chat, file, false));
    this.#fresh();
    chat.seenUpto = () => this.#log?.seenUpto ?? 0;
    this.scroller.addEventListener('scroll', () => chat.visit.unread && chat.changedSoon());
    chat.on('fresh', () => this.#fresh());
    chat.on('told', (frame, live) => this.#log?.add(frame, live));
    chat.on('ending', () => this.#dialog?.showModal());
    chat.on('draft', () => this.compose.takeDraft());
    chat.on('whole', () => this.#log?.whole());
    chat.on('typing', (sender) => this.#log?.typing(sender));
  }

  /** @override */
  get first() {
    return this.chat.visit.phase === 'closed' ? this.scroller : this.compose.box;
  }

  #fresh() {
    const { chat } = this;
    this.#log = new Log(this.list, this.scroller, {
      viewer: { side: 'customer', id: chat.desk.hello?.visitor ?? null },
      words: { team: (key) => chat.visit.teamName(key), status: chat.words.status, code: chat.words.code },
      retry: (id) => chat.desk.retry(id),
      edit: (entry) => {
        retract(chat, entry);
        this.compose.takeDraft();
        this.compose.box?.focus();
      },
      discard: (id) => {
        chat.desk.discard(id);
        this.first?.focus();
      },
      remove: (item) => this.removing.ask(item),
      download: (file) => this.#download(file),
      preview: this.previews.show,
      fileOf: (id) => chat.files.get(id),
      addTo: (entry, ticket) => addTo(chat, entry, ticket),
      keep: KEPT,
      earlier: () => {
        this.#log?.rereads();
        chat.rereadAll();
      },
    });
    this.list.append(this.card);
    this.compose.fresh();
  }

  /** @param {import('../shared/story.js').File} file */
  async #download(file) {
    const address = await addressOf(this.chat, file);
    if (address) element('a', { href: address, download: file.name }).click();
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
    this.#log?.pending(this.chat.unsent, desk.state.line === 'live');
    this.#log?.reads(visit.readByStaff);
    this.#log?.aside(this.#aside());
  }

  /** @override */
  render() {
    const { compose } = this;
    const over = this.chat.visit.phase === 'closed';
    const leaving = this.#dialogWords();
    return html`<section class="view talk" aria-label=${t('Conversation')} @paste=${compose.pasted} @dragover=${compose.dragged} @drop=${compose.dropped}>
      ${this.bar}
      ${this.scroller}
      ${newer(this.#log, this.chat.visit.unread, () => this.first?.focus())}
      ${this.#silent()}
      ${compose.tray()}
      ${this.#wayOut()}
      ${this.chat.visit.previews ? html`<p class="previews">${icon('shield-check')}${t('The team can see what you type before you send it.')}</p>` : nothing}
      ${compose.render(this.#waits ? t('Add to your message') : undefined)}
      ${over ? html`<div class="pad foot">${this.chat.rereading ? html`<button type="button" class="btn full" @click=${() => this.chat.reread(false)}>${t('Back to ticket #{ticket}', { ticket: this.chat.visit.outcome?.ticket ?? '' })}</button>` : nothing}<button type="button" class="btn primary full" @click=${() => this.chat.again()}>${t('New chat')}</button></div>` : nothing}
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
            this.chat.beginning.hasAddress ? '' : t('You gave no address, so we can read it but not answer it.'),
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
    if (this.#dialog?.returnValue === 'end') end(this.chat);
    if (this.#dialog) this.#dialog.returnValue = '';
  }
}

customElements.define('chat-talk', Conversation);
