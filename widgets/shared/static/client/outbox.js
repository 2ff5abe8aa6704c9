/**
 * Unacknowledged durable commands, in order. Each has a storage key of its own, so that tabs never overwrite each
 * other's.
 */

/** @import { Entry } from './types.js' */
/** @import { Kept } from './storage.js' */

const KEY = 'outbox.';

/** The lane of an entry. Commands of a chat share a lane; a command without a chat has its own. @param {Entry} entry */
export const laneOf = (entry) => entry.fields.chat ?? entry.id;

export class Outbox {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** The visitor whose entries are shown; everybody's while that is unknown. @type {string|undefined} */
  #me;
  #kept;

  /** @param {Kept} kept */
  constructor(kept) {
    this.#kept = kept;
    this.load();
  }

  /** Loads entries of other pages; known entries stay unchanged. */
  load() {
    for (const name of this.#kept.names(KEY)) {
      const entry = entryFrom(this.#kept.get(name));
      if (!entry) this.#kept.remove(name);
      else if (!this.#entries.has(entry.id)) this.#entries.set(entry.id, entry);
    }
  }

  /** @param {string} [chat] only this one's @returns {Entry[]} in order */
  all(chat) {
    const entries = [...this.#entries.values()].filter(
      (entry) => this.#mine(entry) && (chat === undefined || entry.fields.chat === chat),
    );
    return entries.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @param {Entry} entry */
  #mine({ as }) {
    return !as || !this.#me || as === this.#me;
  }

  /**
   * @param {string|undefined} me who they are @param {boolean} forGood nobody else will be back
   * @returns {Entry[]} what can be sent no more: to send it as another could store it twice
   */
  greeted(me, forGood) {
    this.#me = me;
    const others = forGood ? [...this.#entries.values()].filter((entry) => !this.#mine(entry)) : [];
    for (const entry of others)
      this.put({
        ...entry,
        as: me,
        status: 'failed',
        refusal: {
          code: 'not_found',
          message: 'It was written in an earlier session that has ended.',
          local: true,
        },
      });
    return others.map(({ id }) => /** @type {Entry} */ (this.get(id)));
  }

  /** @param {string} id */
  get(id) {
    return this.#entries.get(id);
  }

  /** The greatest id; the next one must be greater. @returns {string|undefined} */
  get last() {
    return [...this.#entries.keys()].sort().at(-1);
  }

  /** @param {Entry} entry new, or in a new state */
  put(entry) {
    this.#entries.set(entry.id, entry);
    this.#kept.set(KEY + entry.id, JSON.stringify(entry));
  }

  /** An entry of another tab, which stores it. @param {Entry} entry */
  mirror(entry) {
    this.#entries.set(entry.id, entry);
  }

  /** @param {string} id */
  remove(id) {
    this.#entries.delete(id);
    this.#kept.remove(KEY + id);
  }

  /**
   * A tab with a socket of its own wrote into the shared storage. (With one socket for all, the tabs tell each other.)
   * @param {string} name @param {string|null} value @param {(id: string) => boolean} mine who waits for an answer here goes on asking for it
   * @returns {boolean} whether anything changed
   */
  elsewhere(name, value, mine) {
    if (!name.startsWith(KEY)) return false;
    const id = name.slice(KEY.length);
    if (mine(id)) return false;
    const entry = entryFrom(value);
    if (entry) this.mirror(entry);
    else return this.#entries.delete(id);
    return true;
  }
}

/** @param {string|null} text @returns {Entry|null} null where it is no entry: another program's, or half written */
function entryFrom(text) {
  try {
    const entry = JSON.parse(text ?? '');
    const whole =
      typeof entry.id === 'string' &&
      typeof entry.type === 'string' &&
      typeof entry.fields === 'object' &&
      entry.fields !== null;
    return whole ? { refusal: null, at: 0, ...entry, status: entry.status === 'failed' ? 'failed' : 'sending' } : null;
  } catch {
    return null;
  }
}
