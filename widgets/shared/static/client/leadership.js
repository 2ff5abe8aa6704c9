/**
 * Whether this tab or another one holds the socket: requests go to the tab that leads, wherever it is.
 *
 * @import { Leader } from './leader.js'
 * @import { Message } from './tabs.js'
 * @import { Env, Notice, Request } from './types.js'
 */

import { Nudges } from './nudges.js';
import { Tabs } from './tabs.js';

export class Leadership {
  /** @type {Leader|null} null while another tab leads */
  #leader = null;
  #nudges;
  #tabs;
  #make;
  #told;
  #follows;

  /**
   * @param {{name: string, env: Env, started: () => boolean, make: (notify: (notice: Notice) => void) => Leader, told: (message: Message) => boolean, follows: () => void}} given
   *   `make`: a leader for this tab; `told`: a message of the leading tab, or of this one if it leads; false if it is no notice; `follows`: this tab has stopped leading
   */
  constructor({ name, env, started, make, told, follows }) {
    this.#make = make;
    this.#told = told;
    this.#follows = follows;
    this.#nudges = new Nudges({
      env,
      needed: () => started() && !this.#leader && !this.#tabs.alone,
      nudge: (eager) => this.ask({ kind: 'nudge', eager }),
      seize: () => this.#tabs.seize(),
    });
    this.#tabs = new Tabs({
      name,
      env,
      on: { lead: () => this.#lead(), follow: () => this.#stepDown(), heard: (message) => this.#heard(message) },
    });
  }

  /** This tab holds the socket. */
  get leads() {
    return this.#leader !== null;
  }

  /** There is no way to talk to other tabs. */
  get alone() {
    return this.#tabs.alone;
  }

  join() {
    this.#tabs.join();
  }

  part() {
    this.#nudges.stop();
    const leader = this.#leader;
    this.#leader = null;
    leader?.stop();
    this.#tabs.leave();
  }

  /** Keep checking that the leading tab is awake, if it is another. */
  watch() {
    this.#nudges.ask();
  }

  /** Somebody has just turned to this tab. */
  turnedTo() {
    if (this.#leader) this.#leader.nudge();
    else this.#nudges.ask(true);
  }

  /** @param {Request} request */
  ask(request) {
    if (this.#leader) this.#leader.request(request);
    else this.#tabs.post(request);
  }

  #lead() {
    const leader = this.#make((notice) => {
      // A leader that has stepped down has nothing more to say.
      if (this.#leader !== leader) return;
      this.#tabs.post(notice);
      this.#tell(notice);
    });
    this.#leader = leader;
    leader.start();
  }

  #stepDown() {
    const leader = this.#leader;
    this.#leader = null;
    leader?.stop();
    this.#follows();
    this.#nudges.ask();
  }

  /** @param {Message} message from another tab */
  #heard(message) {
    if (this.#leader) this.#leader.request(/** @type {Request} */ (message));
    else this.#tell(message);
  }

  /** @param {Message} message */
  #tell(message) {
    if (this.#told(message)) this.#nudges.answered();
  }
}
