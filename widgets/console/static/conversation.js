/** The middle column: the conversation with its head and text box, or the reason why there is none. */

/** @import { Logs } from './logs.js' */
/** @import { Vocabulary } from '../shared/vocabulary.js' */

import { newer } from '../shared/newer.js';
import { icon } from '../shared/parts.js';
import { NAMELESS, firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { listed } from './next-chat.js';
import { Watchers } from './watchers.js';
import { Part } from './work-part.js';

const MINUTE = 60_000;
/** After the chat of an agent with an empty box has ended, their letters act as shortcuts once no key was pressed for this long. */
const RESTS_MS = 1_000;
const PHONE = matchMedia('(max-width: 47.99rem)');

/** @param {string} chat @returns {HTMLElement|null} */
const rowOf = (chat) => document.querySelector(`.row[href="#chat=${CSS.escape(chat)}"]`);

class ChatTalk extends Part {
  /** @type {Logs|null} */
  logs = null;
  /** @type {import('./settings.js').Settings|null} */
  settings = null;
  /** @type {Vocabulary|null} */
  words = null;
  /** @type {string|null} */
  #shown = null;
  /** The chat that is on the screen, if the agent could write in it when it was last drawn. @type {string|null} */
  #writable = null;
  /** Runs until letters act as shortcuts again. @type {ReturnType<typeof setTimeout>|undefined} */
  #rest;
  /** @type {Watchers|null} */
  #watchers = null;

  /** @override */
  willUpdate() {
    this.#watchers ??= new Watchers(this.work.desk);
  }

  /** @override */
  render() {
    const { chosen, about } = this.work;
    const held = chosen === null ? null : this.work.chats.of(chosen);
    const writes = Boolean(held?.held) || this.work.watches;
    if (this.logs) this.logs.scroller.hidden = !about;
    return html`<section class="talk" id="talk" tabindex="-1" aria-label=${about ? `Conversation with ${about.customer.name ?? NAMELESS}` : 'Conversation'}>
      ${about ? this.#head(about, Boolean(held?.held)) : nothing}
      ${this.logs?.scroller}
      ${held ? newer(this.logs?.of(held.chat), held.unread.length, () => this.enter()) : nothing}
      <reply-box id="reply-part" .work=${this.work} .logs=${this.logs} .settings=${this.settings} ?hidden=${!writes}></reply-box>
      ${held && !writes ? this.#over(held) : nothing}
      ${about ? nothing : this.#nothing()}
    </section>`;
  }

  /** @override */
  updated() {
    const { chosen } = this.work;
    const before = this.#shown;
    this.#shown = chosen;
    document.body.classList.toggle('in-talk', chosen !== null);
    if (chosen === null || !this.logs) {
      if (before !== null) this.#leave(before);
      return;
    }
    if (chosen !== before) {
      this.logs.show(chosen, before);
      this.#settle(chosen);
    }
    this.logs.drawEnd(chosen);
    this.work.read();
    this.#keepFocus(chosen);
  }

  /** The box below takes its height only then. @param {string} chat */
  async #settle(chat) {
    await this.one('reply-box', Part).updateComplete;
    if (this.#shown === chat) this.logs?.of(chat).toEnd();
  }

  /** Back to the list on a phone, because the focused element has disappeared. @param {string} chat */
  #leave(chat) {
    const row = PHONE.matches ? rowOf(chat) : null;
    const focused = document.activeElement;
    if (row) row.focus();
    else if (focused === document.body || this.contains(focused)) this.one('.talk', HTMLElement).focus();
  }

  /**
   * The focused element has disappeared: the box of somebody who was writing, or a dialog that closed or transferred
   * the chat.
   * @param {string} chosen
   */
  #keepFocus(chosen) {
    const { held, closed } = this.work.chats.of(chosen);
    const over = !held && !this.work.watches;
    const ended = /** @type {HTMLElement|null} */ (this.querySelector('.ended'));
    const focused = document.activeElement;
    if (over && ended && focused?.id === 'reply') {
      // The agent keeps typing for a moment; their letters must not act as shortcuts.
      ended.dataset.still = '';
      ended.focus();
      if (!this.work.begun(chosen).length) this.#rests(ended);
    } else if (over && ended && this.#writable === chosen && focused === document.body) {
      const own = closed?.by?.id === this.work.me.id ? ended.querySelector('a') : null;
      (own ?? ended).focus();
    }
    this.#writable = over ? null : chosen;
  }

  /** @param {HTMLElement} ended */
  #rests(ended) {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      delete ended.dataset.still;
    }, RESTS_MS);
  }

  /** @param {Event} event */
  #typed({ currentTarget }) {
    if (this.#rest !== undefined) this.#rests(/** @type {HTMLElement} */ (currentTarget));
  }

  /** @param {Event} event */
  #moved({ currentTarget }) {
    clearTimeout(this.#rest);
    this.#rest = undefined;
    delete (/** @type {HTMLElement} */ (currentTarget).dataset.still);
  }

  /** Focus in the box, or on a phone in the log, because the box would open the keyboard. */
  async enter() {
    await this.updateComplete;
    // The sheet, which has the focus, may have opened meanwhile.
    if (this.work.closing) return;
    const box = this.querySelector('reply-box:not([hidden]) textarea');
    if (box instanceof HTMLElement && !PHONE.matches) box.focus();
    else this.one('.talk', HTMLElement).focus();
  }

  /** @param {import('../shared/types.js').About} about @param {boolean} held */
  #head(about, held) {
    const { aboutOpen } = this.work;
    const name = about.customer.name ?? NAMELESS;
    const minutes = Math.max(0, Math.floor((this.work.now() - new Date(about.started_at).getTime()) / MINUTE));
    const facts = [this.work.teamName(about.team), about.product, `${minutes} min`, about.subject]
      .filter(Boolean)
      .join(' · ');
    return html`<header class="talk-head">
      <a class="icon-btn back" href="#" aria-label="Back to your chats">${icon('chevron-left', 'lg')}</a>
      <div class="titles">
        <h2><button type="button" class="name cut" id="talk-name" aria-expanded=${aboutOpen} aria-controls="about" dir="auto" @click=${() => this.work.showAbout(!aboutOpen)}>${name}</button><span class="name cut" dir="auto">${name}</span></h2>
        <p class="cut" dir="auto"><span role="status">${held ? this.#watched() : ''}</span>${facts}</p>
      </div>
      ${this.work.me.role === 'supervisor' ? html`<button type="button" class="btn plain" id="block" aria-haspopup="dialog" @click=${() => this.work.block()}>${icon('ban')}<span class="wide">Block…</span></button>` : nothing}
      ${
        held
          ? html`<button type="button" class="btn plain" id="transfer" aria-keyshortcuts="t" aria-haspopup="dialog" @click=${() => this.work.transfer()}>${icon('arrow-right-left')}<span class="wide">Transfer</span><kbd class="kbd" aria-hidden="true">T</kbd></button>`
          : nothing
      }
      ${this.work.endings.closable ? html`<button type="button" class="btn" id="close" aria-keyshortcuts="e" aria-expanded=${this.work.closing} @click=${() => this.work.endings.close()}>Close<kbd class="kbd" aria-hidden="true">E</kbd></button>` : nothing}
    </header>`;
  }

  #watched() {
    const names = (this.#watchers?.of(this.work.chosen ?? '') ?? []).map(firstName);
    return names.length ? html`${icon('eye')}${listed(names)} ${names.length === 1 ? 'is' : 'are'} watching` : '';
  }

  /** Why the agent cannot write here, and what they can do instead. @param {{chat: string, closed: import('../shared/client/types.js').Durable|null, waits: boolean, by: string|null, parting: object|null}} held */
  #over({ chat, closed, waits, by, parting }) {
    const { work } = this;
    const supervisor = work.me.role === 'supervisor';
    if (!closed) {
      return html`<div class="ended" tabindex="-1" @keydown=${this.#typed} @blur=${this.#moved}><p role="status">${waits && !parting ? `Waiting in the queue for ${work.teamName(work.chats.of(chat).team)}.` : work.handovers.partingOf(chat)}</p>
        ${waits ? html`<button type="button" class="btn sm" @click=${() => work.handovers.pick(chat, 'talk')}>Take</button>` : supervisor && by ? html`<button type="button" class="btn sm" @click=${() => work.handovers.takeOver(chat)}>Take over</button>` : nothing}
        <button type="button" class="btn sm" @click=${() => work.go(null)}>Stop viewing</button>
        ${work.handovers.notHad?.at === 'talk' ? html`<p class="wrong" role="alert">${work.handovers.notHad.words}</p>` : nothing}<chat-unsent .work=${work}></chat-unsent></div>`;
    }
    const uncoded = work.endings.uncoded.of(chat) !== null;
    const chosen = work.endings.finished.statusOf(chat);
    const status = uncoded ? 'open' : (chosen ?? closed.status);
    return html`<div class="ended" tabindex="-1" @keydown=${this.#typed} @blur=${this.#moved}><p class="done" role="status">${icon('ticket')}<span>This chat has ended.</span><a class="link" href="/tickets/${closed.ticket}">Ticket #${closed.ticket}, ${this.words?.status(status)}</a></p>${uncoded || chosen === 'open' ? html`<button type="button" class="btn sm" aria-keyshortcuts="e" aria-expanded=${work.closing} @click=${() => work.endings.close()}>Choose a code<kbd class="kbd" aria-hidden="true">E</kbd></button>` : nothing}<chat-unsent .work=${work}></chat-unsent></div>`;
  }

  #nothing() {
    const { chats, served } = this.work;
    const presence = this.work.presence.state;
    if (!presence)
      return html`<div class="empty"><p>${this.work.desk.state.line === 'stopped' ? nothing : 'Connecting'}</p></div>`;
    if (chats.count)
      return html`<div class="empty">${icon('messages-square')}<h2>Choose a chat</h2><p>The most urgent one is on top.</p></div>`;
    const named = listed(served.map((team) => this.work.teamName(team)));
    const available = presence.status === 'available';
    return html`<div class="empty">${icon('coffee')}<h2>No chats right now</h2>
      <p>${available ? `${named ? `You’re available for ${named}. ` : ''}${this.work.coming}` : 'Go available to get new chats.'}</p>
      ${this.work.me.role === 'supervisor' ? html`<p>Choose a team in the queue to view its chats.</p>` : nothing}
      ${available ? nothing : html`<button type="button" class="btn primary" @click=${() => this.work.presence.set('available')}>Go available</button>`}</div>`;
  }
}

customElements.define('chat-talk', ChatTalk);
