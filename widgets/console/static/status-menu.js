/** The agent's status, and the menu to change it, with the reason for away and the teams to take chats from. */

import { menuOf } from '../shared/menu.js';
import { stamp } from '../shared/days.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { askingToLeave } from './leave.js';
import { pausedWords } from './next-chat.js';
import { Part } from './work-part.js';

/**
 * @import { Team } from '../shared/types.js'
 * @import { Status } from './presence.js'
 */

/** @type {Record<string, [string, string]>} */
const LOOKS = { available: ['ok', 'Available'], away: ['warn', 'Away'], offline: ['hollow', 'Offline'] };
const REASONS = ['On a break', 'At lunch', 'In a meeting', 'In training', 'Working on tickets'];

class StatusMenu extends Part {
  /** @type {ReturnType<typeof askingToLeave>} */
  #asks = () => false;

  /** @override */
  firstUpdated() {
    this.#asks = askingToLeave(this.work);
    menuOf(this.button, this.one('.menu', HTMLElement));
  }

  get button() {
    return this.one('.presence', HTMLButtonElement);
  }

  /** @override */
  render() {
    const { live, desk } = this.work;
    const presence = this.work.presence.state;
    const [dot, name] = (live && LOOKS[presence?.status ?? '']) || [
      'hollow',
      desk.state.line === 'stopped' ? 'Disconnected' : 'Connecting',
    ];
    const teams = [...this.work.chats.teams.values()];
    const paused = teams.filter(({ team }) => presence?.paused.includes(team)).map((team) => team.name);
    const said =
      (live &&
        (presence?.status === 'away'
          ? presence.leaving
            ? 'until your chats are done'
            : presence.reason
          : presence?.status === 'available' && pausedWords(paused, teams.length))) ||
      name;
    const label = `${said === name ? name : `${name}, ${said}`}, change your status`;
    const title = presence?.since ? `${name} since ${stamp(presence.since, this.work.now())}` : '';
    return html`<div class="menu-at">
      <button type="button" class="presence" id="presence" aria-haspopup="menu" aria-keyshortcuts="s" aria-label=${label} title=${title || nothing} ?disabled=${!live || !presence}><span class="dot ${dot}"></span><span class="wide">${said === name ? name : html`${name}<span class="reason">, ${said}</span>`}</span>${icon('chevron-down')}</button>
      <div class="menu" role="menu" aria-label="Your status">
        ${this.#item('available', null, 'Available', 'You get new chats')}
        ${this.#item('away', null, 'Away', 'You keep your chats and get no new ones')}
        ${REASONS.map((reason) => this.#item('away', reason, reason, ''))}
        ${this.#item('offline', null, 'Offline', 'Done for today')}
        ${teams.length > 1 || paused.length ? html`<div class="ticks" role="group" aria-labelledby="chats-from"><p class="quiet" id="chats-from">Get new chats from</p>${teams.map((team) => this.#tick(team))}</div>` : nothing}
      </div>
    </div>`;
  }

  /** @param {Status} status @param {string|null} reason @param {string} name @param {string} means */
  #item(status, reason, name, means) {
    const presence = this.work.presence.state;
    // A reason that is not in the menu, such as the desk's own, is shown as “Away”.
    const held =
      presence?.status === status &&
      (status !== 'away' || (REASONS.find((one) => one === presence.reason) ?? null) === reason);
    return html`<button type="button" role="menuitemradio" class=${reason ? 'inner' : nothing} aria-checked=${held} @click=${() => this.#choose(status, reason)}><span class=${reason ? 'dot none' : `dot ${LOOKS[status][0]}`}></span><span>${name}${means ? html`<small>${means}</small>` : nothing}</span>${held ? icon('check') : nothing}</button>`;
  }

  /** @param {Status} status @param {string|null} reason */
  #choose(status, reason) {
    if (status !== 'offline' || !this.#asks('offline')) this.work.presence.set(status, reason);
  }

  /** The menu stays open: there may be more to tick. @param {Team} team */
  #tick({ team, name }) {
    const on = !this.work.presence.state?.paused.includes(team);
    const turn = (/** @type {Event} */ event) => {
      event.stopPropagation();
      this.work.presence.pause(team, on);
    };
    return html`<button type="button" role="menuitemcheckbox" aria-checked=${on} @click=${turn}><span class="dot none"></span><span>${name}${on ? nothing : html`<small>Paused</small>`}</span>${on ? icon('check') : nothing}</button>`;
  }
}

customElements.define('status-menu', StatusMenu);
