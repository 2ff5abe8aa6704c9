/**
 * The card of a reply that is held because somebody else wrote meanwhile, in place of the text box.
 *
 * @import { TicketComposer } from './ticket-composer.js'
 * @import { Held } from './ticket-writing.js'
 */

import { span } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { COMMAND } from './keyboard.js';
import { tray } from './tray.js';

const SECOND = 1_000;
/** The age of what was written, and the end of the rest, are drawn this often. */
const TICK_MS = 500;

export class HeldReply {
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #clock;
  #composer;

  /** @param {TicketComposer} composer */
  constructor(composer) {
    this.#composer = composer;
  }

  get #writing() {
    return this.#composer.work.writing;
  }

  /** @param {Held} held @param {string} text */
  draw({ by, how, at }, text) {
    const writing = this.#writing;
    const gone = Math.max(0, Date.now() - at);
    return html`<div class="held" @keydown=${this.#decided}>
        <p class="why" role="alert">${icon('circle-alert')}<span><b>${by} ${how} ${gone < SECOND ? 'just now' : html`<span aria-hidden="true">${span(gone)} ago</span>`}.</b> Send anyway?</span></p>
        <p class="tx" dir="auto">${text}</p>
        ${tray(writing.attached)}
        <p class="wrong" role="alert" ?hidden=${!writing.wrong}>${writing.wrong}</p>
        <div class="go"><small>Held here, nobody has seen it.</small>
          <button type="button" class="btn sm plain" ?disabled=${writing.sending} @click=${() => this.#then(writing.discard())}>Discard</button>
          <button type="button" class="btn sm" ?disabled=${writing.sending} @click=${() => this.#then(writing.asNote())}>Make it a note</button>
          <button type="button" class="btn sm" id="held-edit" ?disabled=${writing.sending} @click=${() => this.#then(writing.edit())}>Edit <span class="keys" aria-hidden="true">Esc</span></button>
          <button type="button" class="btn sm primary" id="held-send" ?disabled=${writing.sending || !writing.rested} @click=${() => this.#then(writing.sendAnyway())}>Send anyway <span class="keys" aria-hidden="true">${COMMAND} ↵</span></button>
        </div>
      </div>`;
  }

  /** The age of what was written is redrawn, and the card has the focus of the box it replaces. */
  drawn() {
    const { work } = this.#composer;
    const decides = Boolean(work.writing.held && work.ticket && !work.writing.sending);
    if (decides === (this.#clock !== undefined)) return;
    clearInterval(this.#clock);
    this.#clock = decides ? setInterval(() => this.#composer.requestUpdate(), TICK_MS) : undefined;
    if (!decides) return;
    // Without its style, the card is complete too.
    dialogStyle().catch(() => {});
    document.getElementById('held-edit')?.focus();
  }

  /** The box is back, and has the focus. @param {unknown} decided */
  async #then(decided) {
    await decided;
    await this.#composer.updateComplete;
    if (!this.#writing.held && this.#composer.work.ticket) document.getElementById('reply')?.focus();
  }

  /** @param {KeyboardEvent} event */
  #decided = (event) => {
    const writing = this.#writing;
    if (event.key === 'Escape') void this.#then(writing.edit());
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.repeat)
      void this.#then(writing.sendAnyway());
    else return;
    event.preventDefault();
  };
}
