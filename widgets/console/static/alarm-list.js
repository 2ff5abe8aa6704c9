/**
 * The alarms of a supervisor's teams, above everything else, each with the one action that helps. Screen readers
 * announce an alarm once, when it begins; running times are not announced.
 *
 * @import { Alarm, Said } from './alarms.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { icon } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { Begun, spokenWords, worstFirst } from './alarms.js';
import { pinned } from './pinned-alarm.js';
import { Part } from './work-part.js';

const PHONE = matchMedia('(max-width: 47.99rem)');
/** Alarms shown until somebody asks for more. */
const FIRST = { phone: 1, desk: 3 };
/** A card keeps its place this long after somebody did something with it. */
const STAYS_MS = 5_000;
/** @type {Array<[number, string]>} minutes, and their name */
const MUTES = [
  [15, '15 min'],
  [60, '1 hour'],
  [240, '4 hours'],
];

class AlarmList extends Part {
  #open = false;
  #begun = new Begun();
  #spoken = '';
  /** The alarm that is being muted. */
  #muting = '';
  #wrong = '';
  /** The focus was on an alarm. */
  #focused = false;
  /** Keys of the alarms on the screen. @type {string[]} */
  #shown = [];
  /** The alarm with which somebody did something, and its place in the list. */
  #pin = { key: '', at: 0, until: 0 };

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    PHONE.addEventListener('change', () => this.requestUpdate());
  }

  /** @override */
  willUpdate() {
    this.#focused = this.contains(document.activeElement);
    const fresh = this.#begun.of(this.work.toTell);
    if (fresh.length)
      this.#spoken = fresh.map((alarm) => spokenWords(alarm, this.work.teamName(alarm.team))).join('. ');
  }

  /** @override What the focus was on may be over. */
  updated() {
    if (!this.#focused || this.contains(document.activeElement) || document.activeElement !== document.body) return;
    const acted = this.querySelectorAll('li')[this.#shown.indexOf(this.#pin.key)];
    const next =
      acted?.querySelector('.do>:last-child') ?? this.querySelector('button') ?? document.getElementById('talk');
    /** @type {HTMLElement|null} */ (next)?.focus();
  }

  /** @override */
  render() {
    const all = this.work.toTell;
    const { notHad } = this.work.handovers;
    const first = PHONE.matches ? FIRST.phone : FIRST.desk;
    const rows = this.#placed(worstFirst(all, ({ team }) => this.work.aroundAlarm(team)));
    const shown = this.#open ? rows : rows.slice(0, first);
    this.#shown = shown.map(({ alarm }) => alarm.key);
    const resting = rows.slice(first).filter(({ rests }) => rests).length;
    const wrong = this.#wrong || (notHad?.at === 'alarms' ? notHad.words : '');
    return html`<section class="alarms" aria-label="Alarms" ?hidden=${!all.length && !wrong}>
      <ul>${repeat(
        shown,
        ({ alarm }) => alarm.key,
        ({ alarm, said, rests }) => this.#row(alarm, said, rests),
      )}</ul>
      ${all.length > first ? html`<button type="button" class="textbtn" aria-expanded=${this.#open} @click=${this.#toggle}>${this.#open ? 'Show fewer' : `${all.length - first} more${resting ? ` (${resting} taken care of or muted)` : ''}`}<span class="sr"> alarms</span></button>` : nothing}
      <div role="alert">${wrong ? html`<p class="wrong">${wrong}</p>` : nothing}</div>
    </section>
    <p class="sr" role="status">${this.#spoken}</p>`;
  }

  /** A card stays where it is while somebody is at it, and for a moment after they did something. @param {ReturnType<typeof worstFirst>} rows */
  #placed(rows) {
    const { key, at, until } = this.#pin;
    const stays = this.work.now() < until || this.#focused || this.matches(':hover');
    if (!stays) this.#pin.key = '';
    return pinned(rows, this.#pin.key && key, at);
  }

  #toggle() {
    this.#open = !this.#open;
    this.requestUpdate();
  }

  /** @param {Alarm} alarm @param {Said} said @param {boolean} rests */
  #row(alarm, said, rests) {
    return html`<li class=${`alarm ${said.tone}${rests ? ' rests' : ''}`}>${icon(said.shape, 'lg')}<p><b>${said.what}</b><span>${said.facts}</span></p>${this.#action(alarm, said)}${alarm.over ? nothing : this.#care(alarm)}</li>`;
  }

  /** Who takes care of it, and what can be done about its sound. @param {Alarm} alarm */
  #care(alarm) {
    const mine = alarm.hadById === this.work.me.id;
    const left = alarm.mutedUntil - this.work.now();
    const muted = left > 0;
    const about = html`<span class="sr">, ${spokenWords(alarm, this.work.teamName(alarm.team))}</span>`;
    const asks = this.#muting === alarm.key;
    return html`<p class="care">${alarm.hadBy === null ? nothing : html`<b class="cut" dir="auto">${mine ? 'You have it' : `${alarm.hadBy} has it`}</b>`}${muted ? html`<span>Muted for ${Math.ceil(left / 60_000)} min</span>` : nothing}
      <span class="do"><button type="button" class="btn sm" @click=${() => this.#command('alarm.have', alarm, { on: !mine })}>${mine ? 'Give back' : 'I have it'}${about}</button>
      ${
        muted
          ? html`<button type="button" class="btn sm" @click=${() => this.#command('alarm.mute', alarm, { minutes: 0 })}>Unmute${about}</button>`
          : html`<button type="button" class="btn sm" aria-expanded=${asks} @click=${() => this.#mute(asks ? '' : alarm.key)}>Mute${about}</button>`
      }${asks && !muted ? MUTES.map(([minutes, name]) => html`<button type="button" class="btn sm" @click=${() => this.#command('alarm.mute', alarm, { minutes })}><span class="sr">Mute for </span>${name}</button>`) : nothing}</span></p>`;
  }

  /** @param {string} key */
  #mute(key) {
    this.#muting = key;
    this.requestUpdate();
  }

  /** @param {string} type @param {Alarm} alarm @param {Record<string, unknown>} fields */
  async #command(type, { key, kind, team, chat }, fields) {
    this.#muting = '';
    this.#wrong = '';
    this.#pin = { key, at: this.#shown.indexOf(key), until: this.work.now() + STAYS_MS };
    try {
      await this.work.desk.command(type, { kind, team, chat: chat ?? undefined, ...fields });
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#wrong = error.message;
    }
    this.requestUpdate();
  }

  /** @param {Alarm} alarm @param {Said} said */
  #action({ team, chat, customer }, { act }) {
    const who = customer ?? 'a visitor';
    if (act === 'take' && chat)
      return html`<button type="button" class="btn sm" @click=${() => this.work.handovers.pick(chat, 'alarms')}>Take<span class="sr"> the chat with ${who}</span></button>`;
    if (act === 'look' && chat)
      return html`<button type="button" class="btn sm" @click=${() => this.work.enter(chat)}>View<span class="sr"> the chat with ${who}</span></button>`;
    if (act === 'queue')
      return html`<button type="button" class="btn sm" aria-haspopup="dialog" @click=${() => this.work.lookAt(team)}>See who<span class="sr"> is waiting for ${this.work.teamName(team)}</span></button>`;
    return nothing;
  }
}

customElements.define('alarm-list', AlarmList);
