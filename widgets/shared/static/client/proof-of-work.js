/**
 * Built-in proof of work: finds an answer such that the SHA-256 of `CHALLENGE:ANSWER` begins with a number of zero
 * bits. Loaded when it is needed. It computes in short steps, so that the page stays responsive, also in the
 * background.
 */

const K = new Int32Array(64);
const START = new Int32Array(8);
const BYTES_MAX = 55;
/** Longest duration of a step. */
const STEP_MS = 8;
/** Tries between two checks of the clock. */
const TRIES = 500;

for (let number = 2, found = 0; found < 64; number++) {
  if (!isPrime(number)) continue;
  if (found < 8) START[found] = fraction(Math.sqrt(number));
  K[found++] = fraction(Math.cbrt(number));
}

/** @param {number} number */
function isPrime(number) {
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}

/** The first 32 bits of the fraction. @param {number} number */
function fraction(number) {
  return ((number - Math.floor(number)) * 2 ** 32) | 0;
}

const schedule = new Int32Array(64);

/** The first 32 bits of the SHA-256 of one padded block. @param {Int32Array} block 16 words */
function firstWord(block) {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = block[i];
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = START[0];
  let b = START[1];
  let c = START[2];
  let d = START[3];
  let e = START[4];
  let f = START[5];
  let g = START[6];
  let h = START[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + START[0]) | 0;
}

/**
 * Tries answers from `from`, for one step.
 * @param {string} challenge @param {number} bits 1 to 31 @param {number} from @param {number} until by `now`
 * @param {() => number} now ms
 * @returns {{proof: string|null, next: number}}
 */
function step(challenge, bits, from, until, now) {
  const head = `${challenge}:`;
  const block = new Int32Array(16);
  const bytes = new Uint8Array(64);
  for (let i = 0; i < head.length; i++) bytes[i] = head.charCodeAt(i);
  for (let answer = from; ; answer++) {
    const digits = String(answer);
    const length = head.length + digits.length;
    if (length > BYTES_MAX) throw new RangeError('The challenge is too long.');
    for (let i = 0; i < digits.length; i++) bytes[head.length + i] = digits.charCodeAt(i);
    bytes[length] = 0x80;
    // Answers only get longer, so everything behind the end marker is still zero. Words before the answer stay
    // unchanged.
    for (let i = answer === from ? 0 : head.length >> 2; i < 14; i++)
      block[i] = (bytes[4 * i] << 24) | (bytes[4 * i + 1] << 16) | (bytes[4 * i + 2] << 8) | bytes[4 * i + 3];
    block[15] = 8 * length;
    if (firstWord(block) >>> (32 - bits) === 0) return { proof: head + digits, next: answer + 1 };
    if ((answer - from) % TRIES === TRIES - 1 && now() >= until) return { proof: null, next: answer + 1 };
  }
}

/** Challenges answered within this time. The desk does not send more unless something is wrong. */
const MOST = 10;
const WITHIN_MS = 600_000;
/** Times of the last challenges. @type {number[]} */
let times = [];
/** The newest challenge; work on earlier ones is abandoned. @type {object|null} */
let newest = null;

/**
 * @param {{challenge: string, bits: number}} asked
 * @param {() => number} [now] ms
 * @returns {Promise<string>} the proof; rejects where a newer challenge came meanwhile, or too many came
 */
export async function solve(asked, now = () => performance.now()) {
  newest = asked;
  times = [...times.filter((at) => now() - at < WITHIN_MS), now()];
  if (times.length > MOST) throw new Error('The desk asks without end.');
  const { challenge, bits } = asked;
  const { port1, port2 } = new MessageChannel();
  // Unlike timers, messages are not throttled in a background tab.
  const pause = () =>
    new Promise((go) => {
      port1.onmessage = go;
      port2.postMessage(null);
    });
  try {
    for (let next = 0; ; ) {
      if (newest !== asked) throw new Error('There is a newer challenge.');
      const tried = step(challenge, bits, next, now() + STEP_MS, now);
      if (tried.proof) return tried.proof;
      next = tried.next;
      await pause();
    }
  } finally {
    port1.close();
  }
}
