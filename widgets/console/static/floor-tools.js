/**
 * Which team the floor shows, and whether alarms are heard.
 *
 * @import { FloorWork } from './floor-work.js'
 * @import { Settings } from './settings.js'
 */

import { icon } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<FloorWork>} */
class FloorTools extends WorkPart {
  /** @type {Settings|null} */
  #settings = null;

  /** @param {Settings} settings */
  set settings(settings) {
    this.#settings = settings;
    settings.addEventListener('change', () => this.requestUpdate());
    this.requestUpdate();
  }

  /** @override */
  render() {
    const teams = this.work.floor?.teams ?? [];
    return html`${
      teams.length > 1
        ? html`<label class="sr" for="floor-team">Team</label><select class="field" id="floor-team" @change=${this.#choose}><option value="" ?selected=${!this.work.team}>All your teams</option>${repeat(
            teams,
            ({ team }) => team,
            ({ team, name }) => html`<option value=${team} ?selected=${team === this.work.team}>${name}</option>`,
          )}</select>`
        : nothing
    }<a class="btn wall-link" href="/floor?wall" title="For a screen on a wall: large, without names of customers">Wall view</a>${this.#settings ? this.#sound(this.#settings) : nothing}`;
  }

  /** @param {Event} event */
  #choose({ target }) {
    if (target instanceof HTMLSelectElement) this.work.show(target.value);
  }

  /** @param {Settings} settings */
  #sound(settings) {
    const on = settings.now.sound && settings.now.alarmSound;
    const turn = () => settings.set(on ? { alarmSound: false } : { sound: true, alarmSound: true });
    return html`<button type="button" class="btn" aria-pressed=${on} @click=${turn}>${icon(on ? 'volume-2' : 'volume-x')}<span>Alarm sound<span aria-hidden="true">${on ? ' on' : ' off'}</span></span></button>`;
  }
}

customElements.define('floor-tools', FloorTools);
