/** The notes of the two sounds. Loaded after the first click on the page; before that browsers allow no sound. */

/** Frequency in hertz and start in seconds of each tone. @type {Record<import('./sound.js').Sound, Array<[number, number]>>} */
const TONES = {
  joined: [
    [523.25, 0],
    [783.99, 0.13],
  ],
  answered: [[659.25, 0]],
};
const LASTS_S = 0.35;
const LOUDNESS = 0.12;

/** @param {AudioContext} context @param {import('./sound.js').Sound} sound */
export function sounded(context, sound) {
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
