/** The menu in the bar: sounds, languages, what is kept, the end of the chat. */

import { menuOf } from '../shared/menu.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { Kept } from './kept.js';
import { LANGUAGES, speak, spoken } from './language.js';
import { laterIcon } from './later-icons.js';
import { saveTranscript } from './transcript.js';
import { WidgetPart } from './widget-part.js';

export class Actions extends WidgetPart {
  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    // The menu, which had the focus before, is hidden by then.
    this.kept = new Kept(chat, () => this.one('#more-button')?.focus());
  }

  /** @override */
  firstUpdated() {
    const [button, menu] = [this.one('#more-button'), this.one('#more-menu')];
    if (!(button instanceof HTMLButtonElement && menu)) return;
    menuOf(button, menu);
    if (this.chat.menuDue) button.click();
  }

  /** @override */
  render() {
    const { opened, sounds, talks, ticketShown, visit } = this.chat;
    const talk = this.chat.view === 'list' ? null : talks?.current;
    return html`<div class="menu-at">
      <button type="button" class="icon-btn" id="more-button" aria-haspopup="menu" aria-label=${t('Menu')}>${icon('ellipsis', 'lg')}</button>
      <div class="menu" id="more-menu" role="menu" aria-label=${t('Chat')}>
        <button type="button" role="menuitemcheckbox" aria-checked=${String(sounds.on)} @click=${this.#switchSound}>${icon(sounds.on ? 'volume-2' : 'volume-x')}<span>${t('Sound for new messages')}<small>${sounds.on ? t('On') : t('Off')}</small></span></button>
        ${LANGUAGES.filter(([locale]) => locale !== spoken).map(([locale, name]) => html`<button type="button" role="menuitem" lang=${locale} @click=${() => speak(this.chat.memory, locale)}>${laterIcon('languages')}${name}</button>`)}
        <button type="button" role="menuitem" @click=${() => this.kept.ask()}>${icon('shield-check')}${t('What is kept about you')}</button>
        ${talk?.properties ? html`<button type="button" role="menuitem" @click=${() => saveTranscript(talk, this.chat)}>${icon('file-text')}${t('Save transcript')}</button>` : nothing}
        ${ticketShown ? html`<button type="button" role="menuitem" @click=${() => this.chat.again()}>${laterIcon('plus')}${t('New conversation')}</button>` : nothing}
        ${visit.phase === 'active' && !opened ? html`<button type="button" role="menuitem" @click=${() => this.chat.askEnd()}>${icon('log-out')}${t('End the chat')}</button>` : nothing}
        ${visit.phase === 'queued' && !opened ? html`<button type="button" role="menuitem" @click=${() => this.chat.askEnd()}>${icon('log-out')}${t('Leave it as a message')}</button>` : nothing}
      </div>
      ${this.kept}
    </div>`;
  }

  #switchSound() {
    this.chat.sounds.on = !this.chat.sounds.on;
    this.chat.changed();
  }
}

customElements.define('chat-actions', Actions);
