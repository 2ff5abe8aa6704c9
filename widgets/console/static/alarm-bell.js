/**
 * A supervisor's alarms on the staff pages that do not list them: their number in the bar, and the list on a click.
 * Screen readers announce each alarm once, when it begins.
 */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import './alarm-list.js';
import { Begun, calls, spokenWords, worstFirst } from './alarms.js';
import { Part } from './work-part.js';

class AlarmBell extends Part {
  #open = false;
  #begun = new Begun();
  #spoken = '';

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('pointerdown', (event) => {
      if (event.target instanceof Node && !this.contains(event.target)) this.#show(false);
    });
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.#open) return;
      event.stopPropagation();
      this.#show(false);
      this.querySelector('button')?.focus();
    });
  }

  /** @override */
  willUpdate() {
    const { toTell } = this.work;
    const fresh = this.#begun.of(toTell);
    if (fresh.length)
      this.#spoken = fresh.map((alarm) => spokenWords(alarm, this.work.teamName(alarm.team))).join('. ');
    if (!toTell.length) this.#open = false;
  }

  /** @override */
  render() {
    const all = this.work.toTell;
    const now = this.work.now();
    // Those that somebody has, or that are muted, are in the list alone.
    const open = all.filter((alarm) => calls(alarm, now)).length;
    const [worst] = worstFirst(all, (alarm) => this.work.aroundAlarm(alarm.team));
    return html`<div class="menu-at" ?hidden=${!all.length}>
        <button type="button" class=${`icon-btn alarm-bell ${open && worst ? worst.said.tone : ''}`} aria-expanded=${this.#open} aria-controls="alarms-shown" @click=${() => this.#show(!this.#open)}>${icon('alarm-clock')}${open ? html`<span class="count">${open}</span>` : nothing}<span class="sr">${open ? (open === 1 ? 'alarm' : 'alarms') : 'Alarms, all taken care of or muted'}</span></button>
        <div class="menu alarms-shown" id="alarms-shown" ?hidden=${!this.#open}><alarm-list .work=${this.work}></alarm-list></div>
      </div>
      <p class="sr" role="status">${this.#spoken}</p>`;
  }

  /** @param {boolean} open */
  #show(open) {
    this.#open = open;
    this.requestUpdate();
  }
}

customElements.define('alarm-bell', AlarmBell);
