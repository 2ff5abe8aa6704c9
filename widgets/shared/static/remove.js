/**
 * The dialog that asks before a message or note is removed, and removes it.
 *
 * @import { Item } from './story.js'
 */

import { DeskError } from './client/errors.js';
import { element } from './dom.js';
import { sentenceOf } from './refusals.js';
import { mayTakeBack } from './story.js';
import { html, nothing, render } from './vendor/lit-html.js';
import { t } from './words.js';

/** The reason on record if the author removes it. */
const OWN = 'Removed by its author.';

export class RemoveDialog {
  #dialog = element('dialog', { class: 'ask', 'aria-labelledby': 'remove-title' });
  /** @type {Item|null} */
  #item = null;
  /** Its author removes it, soon enough to need no reason. */
  #own = false;
  #wrong = '';
  #busy = false;
  /** What can have the focus once the message, and its button, are gone. @type {HTMLElement|null|undefined} */
  #around = null;

  /** @param {(fields: {chat: string|undefined, of: number, reason: string}) => Promise<unknown>} send rejects with a DeskError */
  constructor(send) {
    this.send = send;
    document.body.append(this.#dialog);
  }

  /** @param {Item} item */
  ask(item) {
    this.#item = item;
    this.#own = mayTakeBack(item, Date.now());
    this.#wrong = '';
    this.#around = document.activeElement?.closest('[tabindex="0"]');
    this.#draw();
    this.#dialog.querySelector('form')?.reset();
    this.#dialog.showModal();
    /** @type {HTMLElement|null} */ (this.#dialog.querySelector(this.#own ? '.primary' : 'textarea'))?.focus();
  }

  #draw() {
    const item = this.#item;
    if (!item) return;
    render(
      html`<form method="dialog" novalidate @submit=${this.#submit}>
        <h2 id="remove-title">${item.kind === 'note' ? 'Remove this note?' : t('Remove this message?')}</h2>
        <p class="soft">${t('This deletes the text for everyone and can’t be undone. A line shows that a message was here.')}</p>
        ${this.#own ? nothing : html`<label class="why"><span class="label">Reason (kept on record)</span><textarea class="field" rows="2" maxlength="500" dir="auto" required></textarea></label>`}
        <p class="wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p>
        <p class="pair"><button type="button" class="btn" @click=${() => this.#dialog.close()}>${t('Keep it')}</button><button class="btn primary" ?disabled=${this.#busy}>${t('Remove')}</button></p>
      </form>`,
      this.#dialog,
    );
  }

  #submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const item = this.#item;
    const box = this.#dialog.querySelector('textarea');
    const reason = box ? box.value.trim() : OWN;
    if (!item) return;
    if (!reason) {
      this.#refuse('Enter a reason. It’s kept with your name.');
      box?.focus();
      return;
    }
    this.#busy = true;
    this.#draw();
    try {
      await this.send({ chat: item.chat, of: item.seq, reason });
      this.#dialog.close();
      this.#around?.focus({ preventScroll: true });
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#wrong = sentenceOf(error);
    } finally {
      this.#busy = false;
      this.#draw();
    }
  };

  /** @param {string} sentence */
  #refuse(sentence) {
    this.#wrong = sentence;
    this.#draw();
  }
}
