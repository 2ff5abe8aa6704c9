/** Ids of commands: UUIDs of version 7, which sort in the order in which they were made. */

const LAST_COUNT = 0xfff;

/**
 * @param {() => number} now ms
 * @param {(bytes: Uint8Array<ArrayBuffer>) => unknown} fill with random bytes
 * @returns {(above?: string) => string} gives an id greater than all it gave before, and greater than `above`: the order of
 *   what was written must survive a clock that is set back between two visits
 */
export function idsBy(now, fill = (bytes) => crypto.getRandomValues(bytes)) {
  let at = 0;
  let count = 0;
  return (above) => {
    const bytes = new Uint8Array(16);
    fill(bytes);
    const floor = above ? timeOf(above) : 0;
    const time = Math.max(now(), floor === null ? 0 : floor + 1);
    if (time > at) {
      at = time;
      count = bytes[6] & 0x7f;
    } else if (count === LAST_COUNT) {
      at += 1;
      count = 0;
    } else {
      count += 1;
    }
    return written(bytes, at, count);
  };
}

/** @param {string} id @returns {number|null} ms; null where it is no UUID of version 7 */
export function timeOf(id) {
  return /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-/u.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}

/** @param {Uint8Array} bytes @param {number} at @param {number} count */
function written(bytes, at, count) {
  for (let place = 5, rest = at; place >= 0; place -= 1, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  bytes[6] = 0x70 | (count >> 8);
  bytes[7] = count & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
