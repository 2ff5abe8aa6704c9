/**
 * The two sounds, synthesized here. Loaded after the first click on the page; before that browsers allow no sound.
 *
 * @import { Sound } from './sound.js'
 * @typedef {{make?: () => AudioContext, locks?: Pick<LockManager, 'request'>|null, pause?: (ms: number) => Promise<unknown>}} Env
 */

/** Frequency in hertz and start in seconds of each tone. @type {Record<Sound, Array<[number, number]>>} */
const TONES = {
  joined: [
    [523.25, 0],
    [783.99, 0.13],
  ],
  answered: [[659.25, 0]],
};
const LASTS_S = 0.35;
const LOUDNESS = 0.12;
/** No other tab plays the same sound for this long. */
const ALONE_MS = 1_000;

export class Tones {
  /** @param {Env} [env] */
  constructor({
    make = () => new AudioContext(),
    locks = globalThis.navigator?.locks ?? null,
    pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  } = {}) {
    this.context = make();
    this.locks = locks;
    this.pause = pause;
  }

  get ready() {
    return this.context.state === 'running';
  }

  async wake() {
    if (!this.ready) await this.context.resume();
  }

  /** Plays a sound in one tab only. @param {Sound} sound */
  async play(sound) {
    if (!this.locks) return sounded(this.context, sound);
    await this.locks.request(`switchboard.sound.${sound}`, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      sounded(this.context, sound);
      await this.pause(ALONE_MS);
    });
  }
}

/** @param {AudioContext} context @param {Sound} sound */
function sounded(context, sound) {
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
