/**
 * The floor for a screen on a wall: large figures, no names of customers, and one link that leads back.
 *
 * @import { TeamRow } from './floor-rows.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { pageData, the } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { timer } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { Alarms, worstFirst } from './alarms.js';
import './floor-line.js';
import { heldOf, slotsWords, totals } from './floor-rows.js';
import { FloorWork } from './floor-work.js';
import { WorkPart } from './work-part.js';

/** Alarms that fit below the teams. */
const ALARMS = 4;

/** @extends {WorkPart<FloorWork>} */
class FloorWall extends WorkPart {
  alarms = new Alarms();

  /** @override */
  render() {
    const { floor } = this.work;
    if (!floor)
      return this.work.fault
        ? nothing
        : html`<ul class="wall-teams bones" aria-busy="true" aria-label="Teams">${Array.from({ length: 6 }, () => html`<li></li>`)}</ul>`;
    const all = totals(floor);
    return html`<dl class="wall-all">${figure('In the queue', all.waiting)}${figure('Longest wait', all.waiting ? timer(this.#wait(all.longest)) : '–')}${figure('Available', all.available)}${figure('Away', all.away)}${figure('Slots taken', all.seats ? `${all.taken} of ${all.seats}` : all.held)}${figure('Answered today', all.answered)}${figure('Abandoned', all.abandoned)}</dl>
      <ul class="wall-teams">${floor.teams.map((team) => this.#team(team))}</ul>
      ${this.#alarms()}`;
  }

  /** @param {number} longest s @returns {number} ms */
  #wait(longest) {
    return longest * 1000 + Math.max(0, this.work.now() - (this.work.floor?.asOf ?? 0));
  }

  /** @param {TeamRow} team */
  #team(team) {
    const wait = this.#wait(team.longest_wait_s);
    const late = team.waiting > 0 && wait > team.target_s * 1000;
    return html`<li class=${late ? 'late' : nothing}><h2>${team.name}${team.open ? nothing : html` <small>closed</small>`}</h2>
      <p class="wall-wait"><b class="num">${team.waiting}</b><span class="num">${team.waiting ? html`${timer(wait)}${late ? html`<span class="sr">, past the target</span>` : nothing}` : 'nobody waits'}</span></p>
      <p class=${team.open && !team.available ? 'none-there' : nothing}>${team.available} available, ${team.away} away</p>
      <p>${this.#slots(team)}${team.within_target === null ? nothing : html`, ${Math.round(team.within_target * 100)}% in target`}</p></li>`;
  }

  /** @param {TeamRow} team */
  #slots({ team, seats, seats_taken: taken, away, available }) {
    const words = slotsWords({ taken, seats, away, available }, heldOf(this.work.floor?.agents.values() ?? [], team));
    return seats ? `${words} slots` : words;
  }

  #alarms() {
    const teams = new Map(this.work.floor?.teams.map((team) => [team.team, team]));
    const rows = worstFirst(this.alarms.all, ({ team }) => ({
      name: teams.get(team)?.name ?? team,
      team: this.work.teams.get(team),
      queue: teams.get(team),
      told: this.work.floor?.asOf ?? 0,
      now: this.work.now(),
    }));
    if (!rows.length) return nothing;
    return html`<ul class="wall-alarms">${rows.slice(0, ALARMS).map(({ alarm, said, rests }) => html`<li class=${rests ? nothing : said.tone}>${icon(said.shape, 'lg')}<span>${said.what}${alarm.chat ? html`, ${teams.get(alarm.team)?.name}` : nothing}${alarm.hadBy === null ? nothing : html` <small>${alarm.hadBy} has it</small>`}</span></li>`)}${rows.length > ALARMS ? html`<li>${rows.length - ALARMS} more</li>` : nothing}</ul>`;
  }
}

/** @param {string} name @param {number|string} value */
function figure(name, value) {
  return html`<div><dt>${name}</dt><dd class="num">${value}</dd></div>`;
}

customElements.define('floor-wall', FloorWall);

const { me, timezone: zone } = pageData();
const desk = openDesk({
  role: 'staff',
  url: '/ws/staff',
  scope: `staff.${me.id}`,
  storage: localStore(),
  hello: () => ({}),
  env: { another: (ok) => ok.staff !== me.id },
});
const work = new FloorWork({ desk, zone });
const wall = the('wall-part');
desk.on('hello', (ok) => wall.alarms.begin(ok.alarms ?? [], work.now()));
desk.on('news', (frame) => frame.type === 'alarm' && wall.alarms.heard(frame, work.now()));
work.addEventListener('change', () => {
  wall.alarms.pass(work.now());
  the('main').toggleAttribute('data-stale', work.stale);
});
for (const part of [wall, the('line-part')]) part.work = work;
addEventListener('keydown', ({ code }) => {
  if (code === 'Escape') location.assign('/floor');
});
work.start();
desk.start();
