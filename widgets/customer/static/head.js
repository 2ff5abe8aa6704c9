/** The bar on top: who answers, the menu, the way to make it small. */

import { menuOf } from '../shared/menu.js';
import { icon, picture } from '../shared/parts.js';
import { html } from '../shared/vendor/lit.js';
import { t } from '../shared/words.js';
import { Part } from './part.js';
import { headWords } from './sentences.js';

export class Head extends Part {
  /** @override */
  firstUpdated() {
    const [button, menu] = [this.one('#more-button'), this.one('#more-menu')];
    if (button instanceof HTMLButtonElement && menu) menuOf(button, menu);
  }

  /** @override */
  render() {
    const { chat } = this;
    const { phase } = chat.visit;
    const [title, subtitle] = headWords(chat.visit, { ticket: chat.asTicket, team: chat.team, now: chat.now(), zones: chat.zones });
    return html`<header class="w-head">
      <span class="w-who">${this.#who()}</span>
      <div class="titles"><h1 dir="auto">${title}</h1><p>${subtitle}</p></div>
      <div class="menu-at" ?hidden=${phase !== 'active'}>
        <button type="button" class="icon-btn" id="more-button" aria-haspopup="menu" aria-label=${t('Menu')}>${icon('ellipsis', 'lg')}</button>
        <div class="menu" id="more-menu" role="menu" aria-label=${t('Chat')}>
          <button type="button" role="menuitem" @click=${this.#ask}>${icon('log-out')}${t('End the chat')}</button>
        </div>
      </div>
      <button type="button" class="icon-btn" aria-label=${t('Minimise')} ?hidden=${!chat.host.framed} @click=${() => chat.host.tell('minimise')}>${icon('minus', 'lg')}</button>
    </header>
    <dialog class="w-dialog" aria-labelledby="end-title" @close=${this.#answered}>
      <form method="dialog">
        <h2 id="end-title">${t('End this chat?')}</h2>
        <p class="soft">${t('It becomes a ticket with the whole conversation, and you get its number.')}</p>
        <div class="pair"><button class="btn full" value="stay">${t('Go on')}</button><button class="btn primary full" value="end">${t('End the chat')}</button></div>
      </form>
    </dialog>`;
  }

  #who() {
    const { agent, phase } = this.chat.visit;
    if (phase !== 'active' || !agent) return html`<svg viewBox="0 0 22 22" aria-hidden="true"><use href=${`${document.documentElement.dataset.icons}#mark`}></use></svg>`;
    const dot = this.chat.desk.state.line !== 'live' ? '' : agent.connected ? 'ok' : 'warn';
    return html`${picture(agent, { size: 'lg', dot })}`;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.one('dialog'));
  }

  #ask() {
    this.#dialog.showModal();
  }

  #answered() {
    if (this.#dialog.returnValue === 'end') this.chat.end();
    this.#dialog.returnValue = '';
  }
}

customElements.define('chat-head', Head);
