/**
 * Two short sounds. Browsers only allow sound after the first click on the page, so what plays them is loaded then. The
 * customer can turn them off.
 *
 * @typedef {'joined'|'answered'} Sound
 */

export class Sounds {
  /** @type {import('./tones.js').Tones|null} */
  #tones = null;

  /** @param {import('./memory.js').Memory} memory @param {import('./tones.js').Env} [env] */
  constructor(memory, env) {
    this.memory = memory;
    this.env = env;
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
    return Boolean(this.on && this.#tones?.ready);
  }

  /** Enables sounds after a click or key press. @returns {Promise<void>} */
  async touched() {
    try {
      this.#tones ??= new (await import('./tones.js')).Tones(this.env);
      await this.#tones.wake();
    } catch {
      // No sound device, or no connection: it stays silent.
    }
  }

  /** Plays a sound in one tab only. @param {Sound} sound */
  async play(sound) {
    if (this.ready) await this.#tones?.play(sound);
  }
}
