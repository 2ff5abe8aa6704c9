/**
 * Files on a text of staff. What uploads them is loaded with the first one. It draws nothing (tray.js).
 *
 * @import { File as Kept } from '../shared/story.js'
 * @import { Limits, Post, Upload, Uploads } from '../shared/uploads.js'
 * @typedef {Pick<Attaching, 'list'|'fault'> & {add: (files: Iterable<File>) => unknown, retry: (key: number) => void, remove: (key: number) => void, unseen: (key: number) => void}} Attached
 */

import { lazily } from '../shared/client/lazily.js';

/** Limits until the desk has told its own. @type {Limits} */
export const NO_FILES = { count: 0, size: 0, types: [] };

/** The files of one text. */
export class Attaching {
  /** Why none can be added. */
  fault = '';
  /** @type {Uploads|null} */
  #uploads = null;
  /** What uploads files, while it is loaded. Files are added in the order of the calls. @type {Promise<typeof import('../shared/uploads.js')>|null} */
  #loading = null;
  /** Calls of `add` that wait for it. */
  #waiting = 0;
  #given;

  /** @param {{limits: () => Limits, changed: () => void, post?: Post}} given as for `Uploads` */
  constructor(given) {
    this.#given = given;
  }

  /** @returns {Upload[]} */
  get list() {
    return this.#uploads?.list ?? [];
  }

  /** An upload is in progress, or will be. */
  get busy() {
    return this.#waiting > 0 || Boolean(this.#uploads?.busy);
  }

  /** Files that the desk has stored. @returns {Kept[]} */
  get files() {
    return this.#uploads?.files ?? [];
  }

  /** @param {Iterable<File>} files */
  async add(files) {
    // The browser empties its list with the field.
    const chosen = [...files];
    this.#waiting += 1;
    this.fault = '';
    try {
      this.#loading ??= lazily(() => import('../shared/uploads.js'));
      const { Uploads: Loaded } = await this.#loading;
      this.#uploads ??= new Loaded(this.#given);
      this.#uploads.add(chosen);
    } catch {
      this.#loading = null;
      this.fault = 'No connection. Try again.';
    }
    this.#waiting -= 1;
    this.#given.changed();
  }

  /** @param {number} key */
  retry(key) {
    this.#uploads?.retry(key);
  }

  /** @param {number} key */
  remove(key) {
    this.#uploads?.remove(key);
  }

  /** A file that only claims to be a picture. @param {number} key */
  unseen(key) {
    this.#uploads?.unseen(key);
  }

  /** The files were sent. @returns {Kept[]} */
  take() {
    return this.#uploads?.take() ?? [];
  }
}
