/** The dialog that says what the desk and this browser keep about the customer. */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { laterIcon } from './later-icons.js';
import { WidgetPart } from './widget-part.js';

export class Kept extends WidgetPart {
  /** @param {import('./chat.js').Chat} chat @param {() => void} closed runs once the dialog is closed */
  constructor(chat, closed) {
    super(chat);
    this.closed = closed;
  }

  /** @override */
  render() {
    return html`<dialog class="w-dialog kept" aria-labelledby="kept-title" @close=${this.closed}>
      <form method="dialog">
        <h2 id="kept-title" tabindex="-1">${t('What is kept about you')}</h2>
        <ul role="list">
          <li>${icon('file-text')}<span>${t('Your messages and files, as a ticket. Colleagues on the team may read along.')}</span></li>
          <li>${icon('badge-check')}<span>${t('Your name and email address, if you or this site gave them.')}${this.#who()}</span></li>
          <li>${laterIcon('languages')}<span>${t('The page you write from, and your browser, language and time zone.')}${this.#fields()}</span></li>
          <li>${laterIcon('lock')}<span>${t('In this browser: what you haven’t sent yet, and a key to your conversations that expires 30 days after its last use.')}</span></li>
        </ul>
        <p class="soft">${t('Want something removed? Ask in the conversation. The team can remove texts and files.')}</p>
        <button class="btn primary full">${t('Close')}</button>
      </form>
    </dialog>`;
  }

  /** Name and address, as far as they are known. */
  #who() {
    const { desk, memory } = this.chat;
    const { name, email } = desk.customer.proof ?? { name: memory.get('name'), email: memory.get('email') };
    const known = [name, email].filter(Boolean).join(', ');
    return known ? html`<br><b dir="auto">${known}</b>` : nothing;
  }

  /** What the site has added, by the names that the team sees. */
  #fields() {
    const added = Object.entries(this.chat.host.fields).map(([name, value]) => `${name}: ${value}`);
    return added.length ? html`<br>${t('This site adds:')} <b dir="auto">${added.join(', ')}</b>` : nothing;
  }

  ask() {
    const dialog = this.one('dialog');
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
    // On a small screen, the button would scroll the first lines out of view.
    this.one('h2')?.focus();
  }
}

customElements.define('chat-kept', Kept);
