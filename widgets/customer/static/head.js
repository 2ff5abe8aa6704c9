/** The bar on top: the agent, the menu, and the button to minimize. */

import { the } from '../shared/dom.js';
import { icon, picture } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { WidgetPart } from './widget-part.js';
import { headWords, listWords } from './sentences.js';

export class Head extends WidgetPart {
  /** @type {WidgetPart|null} in line and in a conversation, once it is there */
  actions = null;

  /** @type {WidgetPart|null} where there is a list of conversations */
  back = null;

  /** Loads the menu, and opens it. */
  more = () => {};

  /** @override */
  render() {
    const { chat } = this;
    const about = {
      ticket: chat.beginning.asTicket,
      team: chat.beginning.team,
      shut: chat.beginning.choosing.shut,
      unstaffed: chat.beginning.choosing.unstaffed,
      now: chat.now(),
      zones: chat.zones,
      brand: chat.brand,
    };
    const [title, subtitle] =
      chat.view === 'list'
        ? listWords(about)
        : ((chat.view === 'unconfirmed' ? null : chat.talks?.current?.headWords()) ?? headWords(chat.visit, about));
    return html`<header class="w-head">
      ${this.back ?? nothing}
      <span class="w-who">${this.#who()}</span>
      <div class="titles"><h1 dir="auto">${title}</h1><p>${chat.view === 'unconfirmed' ? nothing : subtitle}</p></div>
      ${chat.view === 'opening' || chat.view === 'unconfirmed' ? nothing : (this.actions ?? this.#menu())}
      <button type="button" class="icon-btn" aria-label=${t('Minimize')} ?hidden=${!chat.host.framed} @click=${() => chat.minimise()}>${icon('minus', 'lg')}</button>
    </header>`;
  }

  /** Until the menu is loaded, which happens with the first press at the latest. */
  #menu() {
    return html`<button type="button" class="icon-btn" aria-haspopup="menu" aria-label=${t('Menu')} @click=${this.more}>${icon('ellipsis', 'lg')}</button>`;
  }

  #who() {
    const { agent, phase } = this.chat.visit;
    const { logo } = the('widget').dataset;
    if (phase !== 'active' || !agent || this.chat.opened)
      return logo
        ? html`<img src=${logo} alt="">`
        : html`<svg viewBox="0 0 22 22" aria-hidden="true"><use href=${`${document.documentElement.dataset.icons}#mark`}></use></svg>`;
    const dot = this.chat.desk.state.line !== 'live' ? '' : agent.connected ? 'ok' : 'warn';
    return html`${picture(agent, { size: 'lg', dot })}`;
  }
}

customElements.define('chat-head', Head);
