/**
 * Dialog for supervisors that blocks the customer or the network of a chat for a while, and closes the chat as void.
 *
 * @import { About } from '../shared/types.js'
 * @typedef {{ban: string, kind: 'customer'|'network', shows: string|null, chat: string|null, reason: string, by: {id: string, name: string}|null, at: string, until: string}} Ban
 */

import { stamp } from '../shared/days.js';
import { Refused, ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { enterKeys } from './keyboard.js';
import { Part } from './work-part.js';

const REASON_MAX = 500;
/** @type {Array<[number, string]>} */
export const SPANS = [
  [1, '1 hour'],
  [24, '1 day'],
  [168, '7 days'],
  [720, '30 days'],
];
/** @type {Array<['customer'|'network'|'wide', string, string]>} */
const WHOM = [
  ['customer', 'This customer', 'In this browser, and wherever they sign in as the same person.'],
  [
    'network',
    'Their network',
    'Everyone at the same address whose identity isn’t verified. Verified customers still get through.',
  ],
  [
    'wide',
    'Their network and its neighbors',
    'Up to 256 addresses, for someone who keeps coming back from a different one.',
  ],
];

class BlockDialog extends Part {
  /** @type {{chat: string, about: About, over: boolean}|null} null while it is closed */
  #of = null;
  /** @type {'customer'|'network'|'wide'} */
  #whom = 'customer';
  #hours = 24;
  #reason = '';
  #close = true;
  #wrong = '';
  #sending = false;
  /** The block is stored. @type {Ban|null} */
  #made = null;

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** The form for the chat on the screen. */
  async open() {
    const { chosen, about, chats } = this.work;
    if (chosen === null || !about || this.dialog.open) return;
    this.#of = { chat: chosen, about, over: Boolean(chats.of(chosen).closed) };
    this.#whom = 'customer';
    this.#hours = 24;
    this.#reason = '';
    this.#close = !this.#of.over;
    this.#made = null;
    this.#refuse('');
    await this.updateComplete;
    this.dialog.showModal();
    this.one('[name=whom]:checked', HTMLInputElement).focus();
  }

  /** @param {string} wrong */
  #refuse(wrong) {
    this.#wrong = wrong;
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#made) return this.dialog.close();
    if (!this.#of || this.#sending) return;
    this.#sending = true;
    this.#refuse('');
    try {
      const body = {
        chat: this.#of.chat,
        kind: this.#whom === 'customer' ? 'customer' : 'network',
        wide: this.#whom === 'wide',
        hours: this.#hours,
        reason: this.#reason.trim(),
        close: this.#close,
      };
      const { data } = await ask('POST', '/api/bans', { body });
      this.#made = data;
      await this.updateComplete;
      this.one('footer .primary', HTMLButtonElement).focus();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
    } finally {
      this.#sending = false;
      this.requestUpdate();
    }
  }

  #closed() {
    this.#of = null;
    this.requestUpdate();
  }

  #list() {
    this.dialog.close();
    this.work.showBlocked();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`<dialog class="dlg narrow" aria-labelledby="block-title" @close=${this.#closed}>${this.#of ? this.#form(this.#of) : nothing}</dialog>`;
  }

  /** @param {{about: About, over: boolean}} of */
  #form({ about, over }) {
    const name = about.customer.name ?? NAMELESS;
    return html`<form method="dialog" novalidate @submit=${this.#submit} @keydown=${this.#pressed}>
      <header><h2 id="block-title">${this.#made ? 'Blocked' : `Block ${name}`}</h2>${this.#made ? nothing : html`<p>New chats, messages and requests are refused. The customer is asked to try again later and doesn’t see that they’re blocked.</p>`}</header>
      ${this.#made ? this.#done(this.#made, name) : this.#asked(about.customer.verified, over)}
      <footer><span class="quiet"><kbd class="kbd">Esc</kbd> back to the chat</span><span class="end">${this.#made ? html`<button type="button" class="btn" @click=${this.#list}>Block list</button><button class="btn primary">Done</button>` : html`<button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${this.#sending}>Block for ${SPANS.find(([hours]) => hours === this.#hours)?.[1]} ${enterKeys}</button>`}</span></footer>
    </form>`;
  }

  /** @param {boolean} verified @param {boolean} over */
  #asked(verified, over) {
    const whom = verified ? WHOM.slice(0, 1) : WHOM;
    return html`<div class="b">
      <fieldset class="codes whom"><legend class="label">Block</legend>${whom.map(([value, title, facts]) => html`<label><input type="radio" name="whom" value=${value} .checked=${live(value === this.#whom)} @change=${() => this.#choose(value)}><b>${title}</b><small>${facts}</small></label>`)}
        ${verified ? html`<p class="quiet">Their identity is verified, so their network can’t be blocked.</p>` : nothing}</fieldset>
      <fieldset><legend class="label">Duration</legend><div class="spans">${SPANS.map(([hours, title]) => html`<label><input type="radio" name="hours" value=${hours} .checked=${live(hours === this.#hours)} @change=${() => this.#last(hours)}>${title}</label>`)}</div></fieldset>
      <label><span class="label">Reason <span class="quiet">seen by supervisors and admins</span></span><textarea class="field" name="reason" rows="2" maxlength=${REASON_MAX} dir="auto" .value=${live(this.#reason)} @input=${(
        /** @type {InputEvent} */ event,
      ) => {
        this.#reason = /** @type {HTMLTextAreaElement} */ (event.target).value;
      }}></textarea></label>
      ${
        over
          ? nothing
          : html`<label class="choice"><input type="checkbox" name="close" .checked=${live(this.#close)} @change=${() => {
              this.#close = !this.#close;
            }}><span>End this chat<small>It becomes a ticket, solved as Void.</small></span></label>`
      }
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
    </div>`;
  }

  /** @param {Ban} made @param {string} name */
  #done(made, name) {
    const who = made.kind === 'customer' ? name : `The network ${made.shows}`;
    return html`<div class="b"><p class="instead" role="status">${icon('check')}<span><b>${who}</b> is blocked until ${stamp(made.until, this.work.now())}. The block ends by itself. You can lift it earlier.</span></p></div>`;
  }

  /** @param {'customer'|'network'|'wide'} whom */
  #choose(whom) {
    this.#whom = whom;
    this.#refuse('');
  }

  /** @param {number} hours */
  #last(hours) {
    this.#hours = hours;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }
}

customElements.define('block-dialog', BlockDialog);
