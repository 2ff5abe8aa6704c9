/** The dialog that closes a chat: status, code with its meaning, and the reason beside whatever is refused. */

import { fill, h, say } from '../shared/dom.js';
import { NAMELESS } from '../shared/people.js';
import { statusTag } from '../shared/vocabulary.js';
import { choices, fieldsOf } from './codes.js';

const $ = (id) => document.getElementById(id);

export class CloseDialog {
  /** @param {{words: ReturnType<import('../shared/vocabulary.js').vocabulary>, send: (fields: object) => Promise<object>}} options `send` rejects with `fields` and `message` */
  constructor({ words, send }) {
    this.words = words;
    this.send = send;
    this.dialog = $('close-dialog');
    this.form = $('close-form');
    fill($('close-status'), words.statuses.map(({ key, name }) => h('label', {}, h('input', { type: 'radio', name: 'status', value: key }), statusTag(key, name))));
    this.form.addEventListener('change', (event) => this.#changed(event.target));
    this.form.addEventListener('submit', (event) => this.#submit(event));
    $('code-search').addEventListener('input', () => this.#drawCodes());
    $('code-search').addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.form.querySelector('[name=resolution]:not(:disabled)')?.click();
    });
    $('close-cancel').addEventListener('click', () => this.dialog.close());
  }

  /** @param {object} about @param {string[]} products the team's @param {string} subject what it would be called */
  open(about, products, subject) {
    this.about = about;
    this.resolution = '';
    this.form.reset();
    $('code-search').value = '';
    say($('close-title'), `Close the chat with ${about.customer.name ?? NAMELESS}`);
    const all = about.product && !products.includes(about.product) ? [about.product, ...products] : products;
    fill(this.#field('product'), !about.product && h('option', { value: '' }, 'Not named'), all.map((name) => h('option', { value: name, selected: name === about.product }, name)));
    this.#field('subject').value = subject.slice(0, 200);
    this.form.querySelector('[name=status][value=solved]').checked = true;
    this.#wrong({});
    this.#draw();
    this.dialog.showModal();
    this.form.querySelector('[name=status]:checked').focus();
  }

  get opened() {
    return this.dialog.open;
  }

  #field = (name) => this.form.elements.namedItem(name);

  #changed(target) {
    if (target.name === 'resolution') this.resolution = target.value;
    this.#wrong({});
    this.#draw();
  }

  #draw() {
    const status = this.#field('status').value;
    const takesCode = status === 'solved' || status === 'fixed_pending_rca';
    this.#show('workaround', status === 'fixed_pending_rca');
    this.#show('resolution', takesCode);
    say($('codes-label'), status === 'solved' ? 'Resolution, required to solve' : 'Resolution, if it is known already');
    this.#drawCodes();
    this.#show('duplicate_of', takesCode && this.resolution === 'duplicate');
    say($('close-send'), `Close as ${this.words.status(status)}`);
  }

  #drawCodes() {
    const { status, product } = { status: this.#field('status').value, product: this.#field('product').value };
    const shown = choices(this.words.codes, { status, product, search: $('code-search').value });
    if (shown.some((code) => code.key === this.resolution && code.refused)) this.resolution = '';
    const focused = document.activeElement?.name === 'resolution' ? document.activeElement.value : null;
    fill($('codes'), shown.map((code) => h(
      'label', { class: code.refused ? 'no' : '' },
      h('input', { type: 'radio', name: 'resolution', value: code.key, disabled: Boolean(code.refused), checked: code.key === this.resolution }),
      h('b', {}, code.name), h('small', {}, code.refused ?? code.meaning),
    )), !shown.length && h('p', { class: 'quiet none' }, 'No code fits that. Search for another word.'));
    if (focused) $('codes').querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
  }

  #show(name, shown) {
    this.form.querySelector(`[data-field=${name}]`).hidden = !shown;
  }

  async #submit(event) {
    event.preventDefault();
    const values = Object.fromEntries(['status', 'workaround', 'duplicate_of', 'product', 'subject'].map((name) => [name, this.#field(name).value]));
    const { fields, wrong } = fieldsOf({ ...values, resolution: this.resolution });
    this.#wrong(wrong);
    if (Object.keys(wrong).length) return;
    $('close-send').disabled = true;
    try {
      await this.send(fields);
      this.dialog.close();
    } catch (error) {
      this.#wrong(error.fields ?? {}, error.message);
    } finally {
      $('close-send').disabled = false;
    }
  }

  /** @param {Record<string, string>} fields @param {string} [message] shown on top where no field says it */
  #wrong(fields, message = '') {
    let beside = 0;
    for (const place of this.form.querySelectorAll('[data-wrong]')) {
      const sentence = fields[place.dataset.wrong] ?? '';
      const visible = !place.closest('[data-field]').hidden;
      place.hidden = !sentence || !visible;
      place.textContent = visible ? sentence : '';
      if (sentence && visible) beside += 1;
      const field = place.closest('[data-field]').querySelector('input.field:not([type=search]), textarea, select');
      if (sentence) field?.setAttribute('aria-invalid', 'true');
      else field?.removeAttribute('aria-invalid');
    }
    const rest = beside ? '' : [message, ...Object.values(fields)].find(Boolean) ?? '';
    $('close-wrong').textContent = rest;
    $('close-wrong').hidden = !rest;
    this.form.querySelector('[data-wrong]:not([hidden])')?.scrollIntoView({ block: 'nearest' });
  }
}
