/** Listeners of a desk, and the events held for them. */

/** @import { Events } from './types.js' */

export class Listeners {
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #by = new Map();
  /** @type {Array<() => void>|null} */
  #untold;

  /** @param {boolean} [held] nobody is told anything before `tell` */
  constructor(held) {
    this.#untold = held ? [] : null;
  }

  /** @template {keyof Events} N @param {N} name @param {Events[N]} listener @returns {() => void} ends it */
  on(name, listener) {
    const listeners = this.#by.get(name) ?? new Set();
    this.#by.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Delivers earlier events in order, and new ones from then on. */
  tell() {
    const untold = this.#untold ?? [];
    this.#untold = null;
    for (const told of untold) told();
  }

  /** @template {keyof Events} N @param {N} name @param {Parameters<Events[N]>} args */
  emit(name, ...args) {
    if (this.#untold) {
      this.#untold.push(() => this.emit(name, ...args));
      return;
    }
    for (const listener of [...(this.#by.get(name) ?? [])]) {
      try {
        listener(...args);
      } catch (error) {
        // Errors of the page are reported by the page; the connection continues.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
