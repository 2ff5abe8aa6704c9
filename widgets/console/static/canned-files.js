/**
 * The files of a canned reply, put on a text as if the agent had chosen them.
 *
 * @typedef {{id: string, name: string, type: string, size: number, url: string}} ReplyFile
 */

/** Reads the files of a reply. @param {ReplyFile[]} files @param {typeof fetch} [get] @returns {Promise<File[]>} */
export function read(files, get = fetch) {
  return Promise.all(
    files.map(async ({ name, type, url }) => {
      const answer = await get(url);
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return new File([await answer.blob()], name, { type });
    }),
  );
}

/** Brings files to the chat or ticket in whose text their reply was inserted. */
export class CannedFiles {
  /** The chats and tickets for which files are being read. @type {string[]} */
  #reading = [];
  /** Those that lack files. @type {Set<string>} */
  #lacking = new Set();
  #about;
  #get;

  /** @param {() => string} about the chat or ticket on the screen @param {typeof fetch} [get] */
  constructor(about, get) {
    this.#about = about;
    this.#get = get;
  }

  /** The text on the screen waits for its files. */
  get busy() {
    return this.#reading.includes(this.#about());
  }

  /** The text on the screen lacks files that were to be attached. */
  get lacking() {
    return this.#lacking.has(this.#about());
  }

  /** The agent knows that files are lacking. */
  seen() {
    this.#lacking.delete(this.#about());
  }

  /** If the agent is elsewhere by then, nothing is put. @param {ReplyFile[]} files @param {(files: File[]) => void} put */
  async bring(files, put) {
    const about = this.#about();
    this.#lacking.delete(about);
    this.#reading.push(about);
    try {
      const found = await read(files, this.#get);
      if (about === this.#about()) put(found);
      else this.#lacking.add(about);
    } catch {
      this.#lacking.add(about);
    } finally {
      this.#reading.splice(this.#reading.indexOf(about), 1);
    }
  }
}

/** Puts files into the form of a text box, whose own paper clip takes them. @param {HTMLFormElement} form @param {File[]} files */
export function attach(form, files) {
  const input = /** @type {HTMLInputElement|null} */ (form.querySelector('input[type=file]'));
  if (!input) return;
  const all = new DataTransfer();
  for (const file of files) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}
