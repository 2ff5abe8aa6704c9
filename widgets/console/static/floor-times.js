/** Times in the desk's time zone, in the forms of `moments.js` and `days.js`. Pure. */

/** @typedef {string|number} At RFC 3339, or ms */

const NBSP = '\u00a0';

export class FloorTimes {
  #clock;
  #day;
  #head;
  /** In the reader's own zone. */
  #own;

  /** @param {string} zone IANA name. A browser that does not know it uses its own zone. */
  constructor(zone) {
    const timeZone = isKnown(zone) ? zone : undefined;
    const format = (/** @type {Intl.DateTimeFormatOptions} */ how) =>
      new Intl.DateTimeFormat('en-US', { ...how, timeZone });
    const time = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    this.#clock = format(time);
    this.#own = new Intl.DateTimeFormat('en-US', time);
    this.#day = format({ month: 'short', day: 'numeric' });
    this.#head = [
      format({ weekday: 'long', month: 'short', day: 'numeric' }),
      format({ ...time, timeZoneName: 'shortGeneric' }),
    ];
  }

  /** `16:34` @param {At} at */
  clock(at) {
    return this.#clock.format(new Date(at));
  }

  /** `16:34` today, else `Nov 24, 16:34`. @param {At} at @param {number} now */
  stamp(at, now) {
    const day = (/** @type {At} */ then) => this.#day.format(new Date(then)).replaceAll(' ', NBSP);
    return day(at) === day(now) ? this.clock(at) : `${day(at)}, ${this.clock(at)}`;
  }

  /** `Tuesday, Nov 24, 16:34 ET` @param {number} now */
  head(now) {
    return this.#head.map((format) => format.format(now)).join(', ');
  }

  /** `ET` @param {number} now */
  zone(now) {
    const parts = this.#head.flatMap((format) => format.formatToParts(now));
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  }

  /** `22:34 your time`; empty if the reader's clock shows the same. @param {number} now */
  own(now) {
    const own = this.#own.format(now);
    return own === this.clock(now) ? '' : `${own} your time`;
  }
}

/** @param {string} zone */
function isKnown(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: zone }));
  } catch {
    return false;
  }
}
