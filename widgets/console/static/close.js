/**
 * The dialog that closes a chat: status, code with its meaning, and the reason beside whatever is refused.
 *
 * @import { About } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { fill, h, say, the } from '../shared/dom.js';
import { NAMELESS } from '../shared/people.js';
import { statusTag } from '../shared/vocabulary.js';
import { choices, fieldsOf } from './codes.js';

export class CloseDialog {
  /** @param {{words: Vocabulary, send: (fields: object) => Promise<object>}} options `send` rejects with a DeskError */
  constructor({ words, send }) {
    this.words = words;
    this.send = send;
    /** @type {HTMLDialogElement} */
    this.dialog = the('close-dialog');
    /** @type {HTMLFormElement} */
    this.form = the('close-form');
    this.resolution = '';
    fill(the('close-status'), words.statuses.map(({ key, name }) => h('label', {}, h('input', { type: 'radio', name: 'status', value: key }), statusTag(key, name))));
    this.form.addEventListener('change', (event) => this.#changed(event.target));
    this.form.addEventListener('submit', (event) => this.#submit(event));
    the('code-search').addEventListener('input', () => this.#drawCodes());
    the('code-search').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.#one('[name=resolution]:not(:disabled)')?.click();
    });
    the('close-cancel').addEventListener('click', () => this.dialog.close());
  }

  /** @param {About} about @param {string[]} products the team's @param {string} subject what it would be called */
  open(about, products, subject) {
    this.resolution = '';
    this.form.reset();
    the('code-search').value = '';
    say(the('close-title'), `Close the chat with ${about.customer.name ?? NAMELESS}`);
    const all = about.product && !products.includes(about.product) ? [about.product, ...products] : products;
    fill(this.#field('product'), !about.product && h('option', { value: '' }, 'Not named'), all.map((name) => h('option', { value: name, selected: name === about.product }, name)));
    this.#field('subject').value = subject.slice(0, 200);
    this.#field('status').value = 'solved';
    this.#wrong({});
    this.#drawCodes();
    this.#draw();
    this.dialog.showModal();
    this.#one('[name=status]:checked')?.focus();
  }

  /** @param {string} name @returns {any} a field, or the group of radio buttons */
  #field(name) {
    return this.form.elements.namedItem(name);
  }

  /** @param {string} selector @returns {HTMLElement|null} */
  #one(selector) {
    return this.form.querySelector(selector);
  }

  /** @param {EventTarget|null} target */
  #changed(target) {
    // Leaving the search field is a change too; to draw the codes again would take them from under the pointer.
    if (target === the('code-search')) return;
    this.#wrong({});
    if (target instanceof HTMLInputElement && target.name === 'resolution') this.resolution = target.value;
    else this.#drawCodes();
    this.#draw();
  }

  #draw() {
    const status = this.#field('status').value;
    const takesCode = status === 'solved' || status === 'fixed_pending_rca';
    this.#show('workaround', status === 'fixed_pending_rca');
    this.#show('resolution', takesCode);
    this.#show('duplicate_of', takesCode && this.resolution === 'duplicate');
    say(the('codes-label'), status === 'solved' ? 'Resolution, required to solve' : 'Resolution, if it is known already');
    say(the('close-send'), `Close as ${this.words.status(status)}`);
  }

  #drawCodes() {
    const { status, product } = { status: this.#field('status').value, product: this.#field('product').value };
    const shown = choices(this.words.codes, { status, product, search: the('code-search').value, chosen: this.resolution });
    if (shown.some((code) => code.key === this.resolution && code.refused)) this.resolution = '';
    fill(the('codes'), shown.map((code) => h(
      'label', { class: code.refused ? 'no' : '' },
      h('input', { type: 'radio', name: 'resolution', value: code.key, disabled: Boolean(code.refused), checked: code.key === this.resolution }),
      h('b', {}, code.name), h('small', {}, code.refused ?? code.meaning),
    )), !shown.length && h('p', { class: 'quiet none' }, 'No code fits that. Search for another word.'));
  }

  /** @param {string} name @param {boolean} shown */
  #show(name, shown) {
    const field = this.#one(`[data-field=${name}]`);
    if (field) field.hidden = !shown;
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const value = (/** @type {string} */ name) => String(this.#field(name).value);
    const { fields, wrong } = fieldsOf({
      status: value('status'), resolution: this.resolution, duplicate_of: value('duplicate_of'), workaround: value('workaround'), product: value('product'), subject: value('subject'),
    });
    this.#wrong(wrong);
    if (Object.keys(wrong).length) return;
    the('close-send').disabled = true;
    try {
      await this.send(fields);
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#wrong(error.fields ?? {}, error.message);
    } finally {
      the('close-send').disabled = false;
    }
  }

  /** @param {Record<string, string>} fields @param {string} [message] shown on top where no field says it */
  #wrong(fields, message = '') {
    let beside = 0;
    for (const place of this.form.querySelectorAll('p')) {
      const name = place.dataset.wrong;
      const around = this.#one(`[data-field=${name}]`);
      if (!name || !around) continue;
      const sentence = around.hidden ? '' : fields[name] ?? '';
      place.hidden = !sentence;
      place.textContent = sentence;
      if (sentence) beside += 1;
      const field = around.querySelector('input.field:not([type=search]), textarea, select');
      if (sentence) field?.setAttribute('aria-invalid', 'true');
      else field?.removeAttribute('aria-invalid');
    }
    const rest = beside ? '' : [message, ...Object.values(fields)].find(Boolean) ?? '';
    the('close-wrong').textContent = rest;
    the('close-wrong').hidden = !rest;
    this.#one('[data-wrong]:not([hidden])')?.scrollIntoView({ block: 'nearest' });
  }
}
