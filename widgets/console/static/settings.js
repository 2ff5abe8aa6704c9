/**
 * Settings of the console in this browser. Without storage they last as long as the page.
 *
 * @typedef {{singleKeys: boolean, enterSends: boolean, sound: boolean, alarmSound: boolean, notices: boolean, goesOn: boolean}} Choices
 *   `alarmSound`: a supervisor's alarms are heard, if `sound` is on too; `goesOn`: after a close or a transfer the next waiting chat is shown
 */

/** @type {Choices} */
const AT_FIRST = { singleKeys: true, enterSends: true, sound: true, alarmSound: true, notices: false, goesOn: true };

export class Settings extends EventTarget {
  /** @type {Choices} */
  #now;

  /** @param {string} person whose they are @param {Storage|null} storage */
  constructor(person, storage) {
    super();
    this.key = `switchboard.console.${person}`;
    this.storage = storage;
    this.#now = { ...AT_FIRST, ...this.#kept() };
  }

  /** @returns {Partial<Choices>} */
  #kept() {
    try {
      const kept = JSON.parse(this.storage?.getItem(this.key) ?? '{}');
      return Object.fromEntries(
        Object.keys(AT_FIRST).flatMap((name) => (typeof kept?.[name] === 'boolean' ? [[name, kept[name]]] : [])),
      );
    } catch {
      return {};
    }
  }

  /** @returns {Readonly<Choices>} */
  get now() {
    return this.#now;
  }

  /** @param {Partial<Choices>} change */
  set(change) {
    this.#now = { ...this.#now, ...change };
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.#now));
    } catch {
      // Storage full or blocked: it holds until the page is left.
    }
    this.dispatchEvent(new Event('change'));
  }
}
