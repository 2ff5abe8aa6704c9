/**
 * Two short sounds, synthesized here. Browsers only allow sound after the first click on the page, and the customer can
 * turn it off.
 *
 * @typedef {'joined'|'answered'} Sound
 */

/** No other tab plays the same sound for this long. */
const ALONE_MS = 1_000;

export class Sounds {
  /** @type {AudioContext|null} */
  #context = null;
  /** @type {typeof import('./tones.js').sounded|null} */
  #sounded = null;

  /**
   * @param {import('./memory.js').Memory} memory
   * @param {{make?: () => AudioContext, locks?: Pick<LockManager, 'request'>|null, pause?: (ms: number) => Promise<unknown>}} [env]
   */
  constructor(
    memory,
    {
      make = () => new AudioContext(),
      locks = globalThis.navigator?.locks ?? null,
      pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    } = {},
  ) {
    this.memory = memory;
    this.env = { make, locks, pause };
  }

  /** The customer has sounds turned on. */
  get on() {
    return this.memory.get('sound') !== 'off';
  }

  set on(on) {
    this.memory.set('sound', on ? null : 'off');
  }

  /** Sounds can be heard. */
  get ready() {
    return this.on && this.#context?.state === 'running' && this.#sounded !== null;
  }

  /** Enables sounds after a click or key press. @returns {Promise<void>} */
  async touched() {
    try {
      this.#context ??= this.env.make();
      if (this.#context.state !== 'running') await this.#context.resume();
      this.#sounded ??= (await import('./tones.js')).sounded;
    } catch {
      // No sound device, or no connection: it stays silent.
    }
  }

  /** Plays a sound in one tab only. @param {Sound} sound */
  async play(sound) {
    const [context, sounded] = [this.#context, this.#sounded];
    if (!this.ready || !context || !sounded) return;
    if (!this.env.locks) return sounded(context, sound);
    await this.env.locks.request(`switchboard.sound.${sound}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      sounded(context, sound);
      await this.env.pause(ALONE_MS);
    });
  }
}
