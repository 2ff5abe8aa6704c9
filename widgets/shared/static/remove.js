/**
 * Asks before a text is taken away, and takes it away.
 *
 * @import { Item } from './story.js'
 */

import { DeskError } from './client/errors.js';
import { fill, h } from './dom.js';
import { sentenceOf } from './refusals.js';
import { mayTakeBack } from './story.js';
import { t } from './words.js';

/** What the desk keeps as the reason where none is asked. */
const OWN = 'Removed by its author.';

export class RemoveDialog {
  /** @type {Item|null} */
  #item = null;

  /** @param {(fields: {chat: string, of: number, reason: string}) => Promise<unknown>} send rejects with a DeskError */
  constructor(send) {
    this.send = send;
    this.reason = h('textarea', { class: 'field', rows: 2, maxlength: 500, dir: 'auto', required: true });
    this.why = h('label', { class: 'why' }, h('span', { class: 'label' }, 'Reason (kept on record)'), this.reason);
    this.wrong = h('p', { class: 'wrong', role: 'alert', hidden: true });
    this.title = h('h2', { id: 'remove-title' });
    this.go = h('button', { class: 'btn primary' }, t('Remove'));
    this.dialog = /** @type {HTMLDialogElement} */ (
      h(
        'dialog',
        { class: 'ask', 'aria-labelledby': 'remove-title' },
        h(
          'form',
          { method: 'dialog', novalidate: true, onsubmit: (/** @type {SubmitEvent} */ event) => this.#submit(event) },
          this.title,
          h(
            'p',
            { class: 'soft' },
            t('This deletes the text for everyone and can’t be undone. A line shows that a message was here.'),
          ),
          this.why,
          this.wrong,
          h(
            'p',
            { class: 'pair' },
            h('button', { type: 'button', class: 'btn', onclick: () => this.dialog.close() }, t('Keep it')),
            this.go,
          ),
        ),
      )
    );
    document.body.append(this.dialog);
  }

  /** @param {Item} item */
  ask(item) {
    this.#item = item;
    fill(this.title, item.kind === 'note' ? 'Remove this note?' : t('Remove this message?'));
    this.why.hidden = mayTakeBack(item, Date.now());
    this.reason.value = '';
    this.#refuse('');
    this.dialog.showModal();
    (this.why.hidden ? this.go : this.reason).focus();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const item = this.#item;
    const reason = this.why.hidden ? OWN : this.reason.value.trim();
    if (!item?.chat) return;
    if (!reason) {
      this.#refuse('Enter a reason. It’s kept with your name.');
      this.reason.focus();
      return;
    }
    this.go.disabled = true;
    try {
      await this.send({ chat: item.chat, of: item.seq, reason });
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#refuse(sentenceOf(error));
    } finally {
      this.go.disabled = false;
    }
  }

  /** @param {string} sentence */
  #refuse(sentence) {
    this.wrong.textContent = sentence;
    this.wrong.hidden = !sentence;
  }
}
