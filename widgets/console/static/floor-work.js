/**
 * The live floor of a supervisor's teams. Reports `change` when something must be redrawn, and once a second.
 *
 * @import { Frame, Ok } from '../shared/client/types.js'
 * @import { DeskPort } from './agent-work.js'
 * @import { Team } from '../shared/types.js'
 * @import { Floor, Targets } from './floor-rows.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { floorAfter, keptOrder, targetsOf, worstFirst } from './floor-rows.js';
import { FloorTimes } from './floor-times.js';

/** The desk sends the floor for a minute after each request. */
const AGAIN_MS = 25_000;
const TICK_MS = 1_000;
/** The floor is called late if nothing was heard for so long: the desk sends a frame every second. */
const LATE_MS = 4_000;
/** What was just changed is on the floor after a second, or not at all. */
const FLOOR_MS = 3_000;

export class FloorWork extends EventTarget {
  /** @type {Floor|null} null before the first frame */
  floor = null;
  /** As the desk told them. @type {Map<string, Team>} */
  teams = new Map();
  /** @type {Map<string, Targets>} by team */
  targets = new Map();
  /** The team that is shown alone. Empty: all teams. */
  team = '';
  /** Ids of agents in the order on the screen. @type {string[]} */
  order = [];
  /** Somebody points at the list or moves in it, so rows keep their places. */
  held = false;
  /** Why there is no floor. */
  fault = '';
  #ahead = 0;
  #heardAt = 0;
  #asking = false;

  /** @param {{desk: Pick<DeskPort, 'on'|'command'|'state'>, zone: string, now?: () => number}} given `zone`: of the desk */
  constructor({ desk, zone, now = () => Date.now() }) {
    super();
    this.desk = desk;
    this.times = new FloorTimes(zone);
    this.clock = now;
    desk.on('hello', (ok) => this.#greeted(ok));
    desk.on('news', (frame) => this.#heard(frame));
    desk.on('state', () => this.#changed());
  }

  /** Asks again in time, and redraws every second. */
  start() {
    setInterval(() => this.#ask(), AGAIN_MS);
    setInterval(() => this.#changed(), TICK_MS);
  }

  /** Shows one team alone, or all. @param {string} team key, or empty */
  show(team) {
    this.team = team;
    this.#changed();
  }

  /** The rows of the teams to show. */
  get shownTeams() {
    return (this.floor?.teams ?? []).filter(({ team }) => !this.team || team === this.team);
  }

  /** Opens what can be done about an agent. @param {string} staff */
  manage(staff) {
    this.dispatchEvent(new CustomEvent('manage', { detail: staff }));
  }

  /** Resolves once the floor is as wanted, and after FLOOR_MS at the latest. @param {(floor: Floor) => boolean} wanted @returns {Promise<void>} */
  until(wanted) {
    return new Promise((resolve) => {
      const timeout = setTimeout(() => look(true), FLOOR_MS);
      const look = (/** @type {unknown} */ over) => {
        if (over !== true && !(this.floor && wanted(this.floor))) return;
        clearTimeout(timeout);
        this.removeEventListener('change', look);
        resolve();
      };
      this.addEventListener('change', look);
      look(false);
    });
  }

  /** The desk's time now, ms. Without a connection it stands still: nobody knows whether a wait goes on. */
  now() {
    return this.stale && this.floor ? this.floor.asOf : this.clock() + this.#ahead;
  }

  /** There is a floor, but its figures are not current. */
  get stale() {
    return this.floor !== null && !this.live;
  }

  get live() {
    return this.desk.state.line === 'live';
  }

  /** How long nothing was heard, ms; 0 while frames come. */
  get late() {
    const lasted = this.floor ? this.clock() - this.#heardAt : 0;
    return lasted >= LATE_MS ? lasted : 0;
  }

  /** @param {Ok} ok */
  #greeted(ok) {
    this.#teamsAre(ok.teams ?? []);
    this.#ask(true);
  }

  /** @param {Team[]} teams */
  #teamsAre(teams) {
    this.teams = new Map(teams.map((team) => [team.team, team]));
    this.targets = targetsOf(teams);
  }

  async #ask(anew = false) {
    if (this.#asking || !this.live) return;
    this.#asking = true;
    try {
      await this.desk.command('floor.follow', { version: anew ? 0 : (this.floor?.version ?? 0) });
      this.fault = '';
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.fault = error.message;
    } finally {
      this.#asking = false;
      this.#changed();
    }
  }

  /** @param {Frame} frame */
  #heard(frame) {
    if (frame.type === 'hours') this.#teamsAre(frame.teams);
    if (frame.type !== 'floor') return;
    const next = floorAfter(this.floor, frame);
    if (!next) return void this.#ask(true);
    this.floor = next;
    this.#heardAt = this.clock();
    this.#ahead = next.asOf - this.#heardAt;
    this.#changed();
  }

  #changed() {
    if (this.floor) {
      if (!this.floor.teams.some(({ team }) => team === this.team)) this.team = '';
      const shown = [...this.floor.agents.values()].filter(({ teams }) => !this.team || teams.includes(this.team));
      const wanted = worstFirst(shown, this.targets, this.now());
      this.order = this.held ? keptOrder(this.order, wanted) : wanted;
    }
    this.dispatchEvent(new Event('change'));
  }
}
