/**
 * The dialog that says which chats come to review: the share of the sample, and the rules.
 *
 * @import { ReviewSettings } from './review-day.js'
 */

import { html, nothing } from '../shared/vendor/lit.js';
import { SettingsDialog } from './review-dialog.js';
import { ALWAYS, RULES, dayName, selected } from './review-words.js';

const TITLE = 'rules-title';

class ReviewRules extends SettingsDialog {
  /** @override */
  titled = TITLE;
  #share = 0;
  /** @type {Set<string>} */
  #rules = new Set();

  /** @override @param {ReviewSettings} settings */
  begin({ share, rules }) {
    this.#share = share;
    this.#rules = new Set(rules);
  }

  /** @override */
  get changes() {
    const { settings } = this.work;
    const rules = Object.keys(RULES).filter((rule) => this.#rules.has(rule));
    const change = {
      ...(this.#share !== settings?.share && { share: this.#share }),
      ...(rules.join() !== settings?.rules.join() && { rules }),
    };
    return Object.keys(change).length ? change : null;
  }

  /** @param {Event} event */
  #shared({ target }) {
    this.#share = Number(/** @type {HTMLInputElement} */ (target).value);
  }

  /** @param {Event} event @param {string} rule */
  #ruled({ target }, rule) {
    if (/** @type {HTMLInputElement} */ (target).checked) this.#rules.add(rule);
    else this.#rules.delete(rule);
    this.requestUpdate();
  }

  /** @override */
  shown() {
    const { list, mayChange, day } = this.work;
    const always = (/** @type {string} */ rule) => ALWAYS.has(rule);
    return html`<header><h2 id=${TITLE}>Which chats come to review</h2><p>The rules hold at once, on all days. The share holds from the next midnight on.</p></header>
      <div class="b">
        <label class="share"><span>Random share of each agent’s chats, at least two of each agent</span><span><input class="field num" name="share" type="number" inputmode="numeric" min="0" max="100" required ?disabled=${!mayChange} .value=${String(this.#share)} @input=${this.#shared}> %</span></label>
        <fieldset class="rules"><legend>And by rule <span class="quiet num">${dayName(day)}</span></legend>${Object.entries(
          RULES,
        ).map(
          ([rule, [, name]]) =>
            html`<label><input type="checkbox" .checked=${this.#rules.has(rule)} ?disabled=${always(rule) || !mayChange} @change=${(/** @type {Event} */ event) => this.#ruled(event, rule)}><span>${name}${always(rule) ? html` <small>always</small>` : nothing}</span><span class="num">${list?.counts.rules[rule] ?? 0}</span></label>`,
        )}</fieldset>
      </div>`;
  }

  /** @override */
  said() {
    const { list, day } = this.work;
    return list
      ? html`<output>${selected(list.counts.together, this.#rules)} of ${list.counts.all} on ${dayName(day)}</output>`
      : nothing;
  }
}

customElements.define('review-rules', ReviewRules);
