/** What of a command's fields goes over the wire. */

/** @import { Fields } from './types.js' */

/** @param {Fields} fields @returns {Fields} without those that are undefined: the server refuses what it does not know, and null may mean something */
export function spoken(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
