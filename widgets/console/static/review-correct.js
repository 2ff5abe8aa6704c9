/**
 * The dialog that corrects the code of the open chat.
 *
 * @import { Choice } from './codes.js'
 * @import { ReviewWork } from './review-work.js'
 */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { found } from './code-sections.js';
import { choices } from './codes.js';
import { likelyCodes } from './likely-codes.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<ReviewWork>} */
class ReviewCorrect extends WorkPart {
  #open = false;
  /** @type {string[]} */
  #likely = [];
  #search = '';
  #code = '';
  #original = '';
  #reason = '';
  #wrong = '';

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    const { current } = this.work;
    if (this.dialog.open || !current?.code) return;
    const { correction } = this.work.draft;
    this.#likely = (await likelyCodes(this.work.ask, `tickets/${current.ticket}`)).codes;
    if (this.work.current !== current) return;
    this.#open = true;
    this.#search = '';
    this.#code = correction?.resolution ?? '';
    this.#original = correction?.duplicate_of ? String(correction.duplicate_of) : '';
    this.#reason = correction?.reason ?? '';
    this.#wrong = '';
    this.requestUpdate();
    await this.updateComplete;
    this.dialog.showModal();
    this.one('[name=code-search]', HTMLElement).focus();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** The codes that are shown: the likeliest or best match first, those that the product excludes last. @returns {Choice[]} */
  get #choices() {
    const { current, words } = this.work;
    const all = choices(words.codes, { status: 'solved', product: current?.product ?? '' });
    const others = all.filter(({ key }) => key !== current?.code);
    if (this.#search.trim()) return found(others, this.#search);
    const likely = this.#likely;
    const rank = (/** @type {string} */ key) => (likely.includes(key) ? likely.indexOf(key) : likely.length);
    return others.sort((one, other) => rank(one.key) - rank(other.key));
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const original = Number(this.#original.replace('#', ''));
    if (!this.#code) this.#wrong = 'Choose the right code.';
    else if (this.#code === 'duplicate' && !(original > 0)) this.#wrong = 'Enter the number of the original ticket.';
    else if (!this.#reason.trim()) this.#wrong = 'Say why. The agent reads it.';
    else return this.#choose(original);
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector(this.#code ? '[name=reason]' : '[name=code-search]')?.dispatchEvent(new Event('focus'));
  }

  /** @param {number} original */
  #choose(original) {
    // Closing gives the focus back. Then the review moves it on.
    this.dialog.close();
    const named = this.#code === 'duplicate' ? { duplicate_of: original } : {};
    this.work.correct({ resolution: this.#code, reason: this.#reason.trim(), ...named });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key, target } = event;
    const search = target instanceof HTMLInputElement && target.name === 'code-search';
    if (key === 'Enter' && !event.shiftKey && !event.isComposing && target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      return target.form?.requestSubmit();
    }
    if (key === 'Enter' && target instanceof HTMLInputElement && target.name === 'original') {
      event.preventDefault();
      return this.one('[name=reason]', HTMLElement).focus();
    }
    if (!search) return;
    const shown = this.#choices.filter(({ refused }) => !refused);
    const at = shown.findIndex((one) => one.key === this.#code);
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const to = at < 0 ? 0 : at + (key === 'ArrowDown' ? 1 : -1);
      this.#take(shown[Math.min(shown.length - 1, Math.max(0, to))]?.key ?? '');
    } else if (/^[1-3]$/u.test(key) && !this.#search) this.#take(shown[Number(key) - 1]?.key ?? '', true);
    else if (key === 'Enter') {
      this.#take(this.#code || (shown[0]?.key ?? ''), true);
    } else return;
    event.preventDefault();
  }

  /** @param {string} code @param {boolean} [on] goes on to the reason */
  async #take(code, on = false) {
    this.#code = code;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('.codes label:has(:checked)')?.scrollIntoView({ block: 'nearest' });
    if (on && code) this.one(code === 'duplicate' ? '[name=original]' : '[name=reason]', HTMLElement).focus();
  }

  /** @param {Event} event */
  #sought({ target }) {
    this.#search = /** @type {HTMLInputElement} */ (target).value;
    const [first] = this.#choices.filter(({ refused }) => !refused);
    if (this.#search) this.#code = first?.key ?? '';
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="dlg rv-correct" aria-labelledby="correct-title" @close=${this.#closed}>${this.#open ? this.#shown() : nothing}</dialog>`;
  }

  #shown() {
    const { current, words } = this.work;
    if (!current) return nothing;
    const who = current.agent ? firstName(current.agent.name) : 'The agent';
    return html`<form @submit=${this.#submit} @keydown=${this.#pressed}>
      <header><h2 id="correct-title">Correct the code of #${current.ticket}</h2><p><span dir="auto">${current.subject ?? 'No subject'}</span>${current.product ? ` · ${current.product}` : nothing} · Now: ${words.code(current.code ?? '')}</p></header>
      <div class="b">
        <div class="find2">${icon('search')}<input class="field" name="code-search" type="text" autocomplete="off" aria-label="Search all codes" placeholder=${`Search all ${words.codes.filter(({ by_hand }) => by_hand).length} codes`} .value=${live(this.#search)} @input=${this.#sought}></div>
        <div class="codes" role="radiogroup" aria-label="Codes">${repeat(
          this.#choices,
          ({ key }) => key,
          (choice, at) => this.#choice(choice, at),
        )}</div>
        ${this.#code === 'duplicate' ? html`<label><span class="label">Original ticket</span><input class="field" name="original" inputmode="numeric" .value=${live(this.#original)} @input=${(/** @type {Event} */ { target }) => (this.#original = /** @type {HTMLInputElement} */ (target).value)}></label>` : nothing}
        <label><span class="label">Reason</span><textarea class="field" name="reason" rows="2" maxlength="1000" dir="auto" .value=${live(this.#reason)} @input=${(/** @type {Event} */ { target }) => (this.#reason = /** @type {HTMLTextAreaElement} */ (target).value)}></textarea><span class="help">Kept in the ticket’s history. ${who} reads it, the customer sees only the new code. It is saved with the rest of your review.</span></label>
        <div role="alert">${this.#wrong ? html`<p class="wrong">${this.#wrong}</p>` : nothing}</div>
      </div>
      <footer><span class="quiet"><kbd class="kbd" aria-hidden="true">Esc</kbd> back</span><span class="end"><button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary">${this.#code ? `Correct to ${words.code(this.#code)}` : 'Correct'} <kbd class="kbd" aria-hidden="true">↵</kbd></button></span></footer>
    </form>`;
  }

  /** @param {Choice} choice @param {number} at */
  #choice({ key, name, meaning, refused }, at) {
    return html`<label class=${refused ? 'no' : nothing}><input type="radio" name="code" value=${key} ?disabled=${Boolean(refused)} .checked=${live(this.#code === key)} @change=${() => this.#take(key, true)}><b>${name}</b><small>${refused ?? meaning}</small>${at < 3 && !refused && !this.#search ? html`<kbd class="kbd" aria-hidden="true">${at + 1}</kbd>` : nothing}</label>`;
  }
}

customElements.define('review-correct', ReviewCorrect);
