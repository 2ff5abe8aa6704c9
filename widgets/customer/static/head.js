/** The bar on top: who answers, the menu, the way to make it small. */

import { menuOf } from '../shared/menu.js';
import { icon, picture } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
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
      <div class="menu-at" ?hidden=${phase !== 'active' && phase !== 'queued'}>
        <button type="button" class="icon-btn" id="more-button" aria-haspopup="menu" aria-label=${t('Menu')}>${icon('ellipsis', 'lg')}</button>
        <div class="menu" id="more-menu" role="menu" aria-label=${t('Chat')}>
          <button type="button" role="menuitemcheckbox" aria-checked=${String(chat.sounds.on)} @click=${this.#switchSound}>${icon(chat.sounds.on ? 'volume-2' : 'volume-x')}<span>${t('Sound when somebody answers')}<small>${chat.sounds.on ? t('On') : t('Off')}</small></span></button>
          ${phase === 'active' ? html`<button type="button" role="menuitem" @click=${() => chat.askEnd()}>${icon('log-out')}${t('End the chat')}</button>` : nothing}
        </div>
      </div>
      <button type="button" class="icon-btn" aria-label=${t('Minimise')} ?hidden=${!chat.host.framed} @click=${() => chat.minimise()}>${icon('minus', 'lg')}</button>
    </header>`;
  }

  #who() {
    const { agent, phase } = this.chat.visit;
    if (phase !== 'active' || !agent) return html`<svg viewBox="0 0 22 22" aria-hidden="true"><use href=${`${document.documentElement.dataset.icons}#mark`}></use></svg>`;
    const dot = this.chat.desk.state.line !== 'live' ? '' : agent.connected ? 'ok' : 'warn';
    return html`${picture(agent, { size: 'lg', dot })}`;
  }

  #switchSound() {
    this.chat.sounds.on = !this.chat.sounds.on;
    this.chat.changed();
  }
}

customElements.define('chat-head', Head);
