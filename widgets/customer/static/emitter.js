/**
 * Listeners of a chat, and the events of it that happened before there was a view for them.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { Events } from './types.js'
 */

export class Emitter {
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #listeners = new Map();
  /** @type {Array<[Durable, boolean]>} */
  #untold = [];

  /** @template {keyof Events} Name @param {Name} name @param {Events[Name]} fn `told` is told at once what nobody heard yet */
  on(name, fn) {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(fn));
    // All who begin to listen now are told.
    if (name === 'told')
      queueMicrotask(() => {
        for (const [frame, live] of this.#untold.splice(0)) this.emit('told', frame, live);
      });
  }

  /** @template {keyof Events} Name @param {Name} name @param {Parameters<Events[Name]>} args */
  emit(name, ...args) {
    for (const fn of this.#listeners.get(name) ?? []) fn(...args);
  }

  /** An event of the chat, kept until somebody listens. @param {Durable} frame @param {boolean} live */
  tell(frame, live) {
    if (this.#listeners.has('told')) this.emit('told', frame, live);
    else this.#untold.push([frame, live]);
  }

  /** Another chat begins, so events that nobody heard are void. */
  fresh() {
    this.#untold.length = 0;
    this.emit('fresh');
  }
}
