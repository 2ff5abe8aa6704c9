/**
 * Two short sounds, made here: nothing is fetched. Browsers let a page be heard once somebody has touched it; before that, and
 * where the customer has switched it off, it is silent.
 *
 * @typedef {'joined'|'answered'} Sound
 */

/** Hertz and when each tone begins, in seconds. @type {Record<Sound, Array<[number, number]>>} */
const TONES = { joined: [[523.25, 0], [783.99, 0.13]], answered: [[659.25, 0]] };
const LASTS_S = 0.35;
const LOUDNESS = 0.12;
/** For so long no other tab is heard with the same. */
const ALONE_MS = 1_000;

export class Sounds {
  /** @type {AudioContext|null} */
  #context = null;

  /**
   * @param {import('./memory.js').Memory} memory
   * @param {{make?: () => AudioContext, locks?: Pick<LockManager, 'request'>|null, pause?: (ms: number) => Promise<unknown>}} [env]
   */
  constructor(memory, { make = () => new AudioContext(), locks = globalThis.navigator?.locks ?? null, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = {}) {
    this.memory = memory;
    this.env = { make, locks, pause };
  }

  /** The customer wants them. */
  get on() {
    return this.memory.get('sound') !== 'off';
  }

  set on(on) {
    this.memory.set('sound', on ? null : 'off');
  }

  /** They will be heard. */
  get ready() {
    return this.on && this.#context?.state === 'running';
  }

  /** Somebody has pressed something: from now on there may be sounds. @returns {Promise<void>} */
  async touched() {
    try {
      this.#context ??= this.env.make();
      if (this.#context.state !== 'running') await this.#context.resume();
    } catch {
      // No sound device: it stays silent.
    }
  }

  /** Once, however many tabs there are. @param {Sound} sound */
  async play(sound) {
    if (!this.ready) return;
    if (!this.env.locks) return this.#sound(sound);
    await this.env.locks.request(`switchboard.sound.${sound}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      this.#sound(sound);
      await this.env.pause(ALONE_MS);
    });
  }

  /** @param {Sound} sound */
  #sound(sound) {
    const context = this.#context;
    if (!context) return;
    for (const [pitch, at] of TONES[sound]) {
      const [tone, loudness, start] = [context.createOscillator(), context.createGain(), context.currentTime + at];
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(LOUDNESS, start);
      loudness.gain.exponentialRampToValueAtTime(0.001, start + LASTS_S);
      tone.connect(loudness).connect(context.destination);
      tone.start(start);
      tone.stop(start + LASTS_S);
    }
  }
}
