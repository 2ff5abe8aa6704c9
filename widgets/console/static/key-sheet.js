/** The sheet of a page's shortcuts, with the settings of this browser. */

import { localStore } from '../shared/drafts.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { ALT, COMMAND } from './keyboard.js';
import { Part } from './work-part.js';
import { Notices } from './ringing.js';
import { SECONDS, UndoChoice } from './undo-send.js';

/** @import { Settings } from './settings.js' */

/**
 * Single keys by page: what they do, and the keys.
 * @type {Record<'chats'|'tickets'|'ticket'|'floor'|'review'|'account'|'admin', Array<[string, string[]]>>}
 */
const SINGLE = {
  chats: [
    ['Reply', ['R']],
    ['Note', ['N']],
    ['Transfer', ['T']],
    ['Close', ['E']],
    ['Accept an offer', ['A']],
    ['Decline an offer', ['P']],
    ['Take from the queue', ['L']],
    ['Your status', ['S']],
    ['The customer’s last ticket', ['O']],
    ['Chat 1 to 9', ['1–9']],
    ['Next in the list; while viewing, of the team', ['J', ']']],
    ['Previous one', ['K', '[']],
    ['Search or jump to', ['/']],
  ],
  tickets: [
    ['Next ticket', ['J', ']']],
    ['Previous ticket', ['K', '[']],
    ['Open it', ['↵']],
    ['Choose the ticket', ['X']],
    ['Change the chosen tickets', ['E']],
    ['Search tickets', ['/']],
    ['Filter', ['F']],
    ['Your status', ['S']],
    ['Accept an offer', ['A']],
    ['Decline an offer', ['P']],
  ],
  ticket: [
    ['Reply', ['R']],
    ['Note', ['N']],
    ['Set the status', ['E', 'S']],
    ['Assign it to you, or accept an offer', ['A']],
    ['Decline an offer', ['P']],
    ['Next ticket of the list', ['J', ']']],
    ['Previous ticket', ['K', '[']],
    ['Search or jump to', ['/']],
  ],
  floor: [
    ['From chat to chat', ['←', '→', '↑', '↓']],
    ['Open the chat', ['↵']],
    ['Search or jump to', ['/']],
    ['Your status', ['S']],
    ['Accept an offer', ['A']],
    ['Decline an offer', ['P']],
  ],
  review: [
    ['Right code', ['A']],
    ['Correct it', ['C']],
    ['Next answer of a row: Yes, Partly, No, none', ['1…']],
    ['Yes to the rest', ['Y']],
    ['Feedback', ['F']],
    ['Next, previous', ['J', 'K']],
    ['Next gap or note', ['G']],
    ['Page down, and on', ['Space']],
    ['Undo the last one', ['Z']],
    ['Put aside', ['S']],
    ['Open the ticket', ['O']],
    ['Search or jump to', ['/']],
  ],
  admin: [
    ['Next in the list', ['J', ']']],
    ['Previous in the list', ['K', '[']],
    ['Search the list, or everything', ['/']],
    ['Invite people', ['I']],
    ['Your status', ['S']],
    ['Accept an offer', ['A']],
    ['Decline an offer', ['P']],
  ],
  account: [
    ['Search or jump to', ['/']],
    ['Your status', ['S']],
    ['Accept an offer', ['A']],
    ['Decline an offer', ['P']],
  ],
};

class KeySheet extends Part {
  /** @type {keyof typeof SINGLE} */
  page = 'chats';
  /** @type {Settings|null} */
  settings = null;
  #open = false;
  #denied = false;

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    if (this.dialog.open) return;
    this.#open = true;
    this.#denied = false;
    this.requestUpdate();
    await this.updateComplete;
    this.dialog.showModal();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @param {Event} event */
  async #notices({ target }) {
    const box = /** @type {HTMLInputElement} */ (target);
    const on = box.checked && (await Notices.allowed());
    this.#denied = box.checked && !on;
    box.checked = on;
    this.settings?.set({ notices: on });
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="keysheet" aria-labelledby="keys-title" @close=${this.#closed}>${this.#open && this.settings ? this.#sheet(this.settings) : nothing}</dialog>`;
  }

  /** How long replies can be taken back. */
  #undoSend() {
    const undo = new UndoChoice(this.work.me.id, localStore());
    const choose = (/** @type {Event} */ { target }) => {
      undo.seconds = Number(/** @type {HTMLSelectElement} */ (target).value);
    };
    return html`<label class="choice"><span class="pick"><select class="field" @change=${choose}>${SECONDS.map((seconds) => html`<option value=${seconds} ?selected=${seconds === undo.seconds}>${seconds ? `${seconds} seconds` : 'Off'}</option>`)}</select>${icon('chevron-down')}</span><span>Undo send<small>A reply waits so long in its box. Going on elsewhere sends it.</small></span></label>`;
  }

  /** @param {Settings} settings */
  #sheet(settings) {
    const { singleKeys, enterSends, goesOn, sound, notices } = settings.now;
    const choice = (
      /** @type {string} */ name,
      /** @type {string} */ means,
      /** @type {boolean} */ on,
      /** @type {(event: Event) => void} */ change,
    ) => html`
      <label class="choice"><input type="checkbox" .checked=${on} @change=${change}><span>${name}<small>${means}</small></span></label>`;
    const setting =
      (/** @type {'singleKeys'|'enterSends'|'goesOn'|'sound'} */ name) =>
      (/** @type {Event} */ { target }) => {
        settings.set({ [name]: /** @type {HTMLInputElement} */ (target).checked });
        this.requestUpdate();
      };
    return html`<form method="dialog">
      <header><h2 id="keys-title">Shortcuts and alerts</h2></header>
      <div class="b">
        <h3>Any time, even while writing</h3>
        <dl class="keylist">
          ${this.page === 'chats' ? html`${row('Next chat waiting for you', [ALT, '↓'])}${row('Previous one', [ALT, '↑'])}` : nothing}
          ${['chats', 'ticket'].includes(this.page) ? html`${row('Canned replies and macros', ['/'])}${row('Insert an article', [ALT, 'I'])}${row('Emoji by its name', [':'])}${row('Bold, italic, code', [COMMAND, 'B', 'I', 'E'])}${row('List, numbered list', [COMMAND, 'Shift', '8', '7'])}` : nothing}${row('Search or jump to', [COMMAND, 'K'])}${row('Show this list', [COMMAND, '/'])}
          ${this.page === 'chats' ? html`${row('Send a reply or a note', enterSends ? ['↵'] : [COMMAND, '↵'])}${row('New line', enterSends ? ['Shift', '↵'] : ['↵'])}` : this.page === 'ticket' ? html`${row('Send a reply or a note', [COMMAND, '↵'])}${row('Status after it, 1 to 4', [ALT, '1–4'])}` : this.page === 'review' ? html`${row('Save, next chat', ['↵'])}${row('Save, while you write feedback', [COMMAND, '↵'])}` : nothing}
          ${row('Confirm a dialog', [COMMAND, '↵'])}
          ${row('Leave the text field', ['Esc'])}
        </dl>
        <h3>Single keys, after Esc${singleKeys ? '' : ' (off)'}</h3>
        <dl class="keylist">
          ${SINGLE[this.page].map(([name, keys]) => row(name, keys))}${row('Show this list', ['?'])}
        </dl>
        <h3>In this browser</h3>
        ${choice('Single keys', 'Shortcuts without Ctrl or Alt, outside text fields.', singleKeys, setting('singleKeys'))}
        ${this.page === 'chats' ? choice('Enter sends', `When off, ${COMMAND} and Enter send.`, enterSends, setting('enterSends')) : nothing}
        ${this.page === 'chats' ? choice('Go to the next chat', 'After you close or transfer one. When off, it stays on the screen.', goesOn, setting('goesOn')) : nothing}
        ${choice('Sound', `Plays when a chat comes in, until you answer.${this.work.me.role === 'supervisor' ? ' Alarms play once a minute until somebody has them.' : ''}`, sound, setting('sound'))}
        ${choice('Desktop notifications', 'When this page isn’t in view, until you answer.', notices, (event) => this.#notices(event))}
        ${this.page === 'ticket' ? this.#undoSend() : nothing}
        <div role="alert">${this.#denied ? html`<p class="wrong">Your browser blocks notifications from this page. You can allow them in its settings.</p>` : nothing}</div>
      </div>
      <footer><span class="end"><button class="btn primary">Done</button></span></footer>
    </form>`;
  }
}

/** @param {string} name @param {string[]} keys */
const row = (name, keys) =>
  html`<div><dt>${name}</dt><dd>${keys.map((key, at) => html`${at ? ' ' : ''}<kbd class="kbd">${key}</kbd>`)}</dd></div>`;

customElements.define('key-sheet', KeySheet);
