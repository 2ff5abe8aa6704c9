/**
 * Files that are uploaded before a message names them: progress, or the reason why one is refused.
 *
 * @import { File as Kept } from './story.js'
 * @typedef {{count: number, size: number, types: string[]}} Limits as in `hello`; `size` in bytes
 * @typedef {{key: number, name: string, size: number, type: string, state: 'sending'|'done'|'refused', share: number, reason: string,
 *   again: boolean, file: Kept|null, preview: string}} Upload `share`: how much is there, 0 to 1; `reason`: why it was refused; `again`: it may be tried again;
 *   `file`: what the desk keeps, once it does; `preview`: the address of the picture in this page, empty for other files
 * @typedef {{abort: () => void}} Sending
 * @typedef {{progress: (share: number) => void, done: (status: number, answer: Record<string, unknown>|null) => void}} Told status 0: there was no answer
 * @typedef {(file: File, told: Told) => Sending} Post
 */

import { bytes } from './sizes.js';
import { locale, n, t } from './words.js';

const ADDRESS = '/api/files';
/** Pictures that browsers show. */
const SHOWN = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;
/** The desk accepts four at once per person; another tab may have one in flight. */
const AT_ONCE = 3;

/** Accepted kinds of files, for the browser's dialog and for people. @param {Limits} limits */
export const limitsWords = ({ count, size }) =>
  n('up to {count} file, {size} each', 'up to {count} files, {size} each', count, { size: bytes(size) });

export class Uploads {
  #next = 1;
  /** @type {Map<number, {upload: Upload, source: File, sending: Sending|null}>} */
  #all = new Map();
  /** Keys of files beyond the limit of a message. @type {Set<number>} */
  #tooMany = new Set();

  /** @param {{limits: () => Limits, changed: () => void, post?: Post}} options `changed`: draw again; `post` is how a file is sent */
  constructor({ limits, changed, post = posted() }) {
    this.limits = limits;
    this.changed = changed;
    this.post = post;
  }

  get list() {
    return [...this.#all.values()].map(({ upload }) => upload);
  }

  /** An upload is in progress. */
  get busy() {
    return this.list.some(({ state }) => state === 'sending');
  }

  /** Files that the desk has stored. @returns {Kept[]} */
  get files() {
    return this.list.flatMap(({ file }) => file ?? []);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const source of files) {
      const key = this.#next++;
      /** @type {Upload} */
      const upload = {
        key,
        name: source.name,
        size: source.size,
        type: source.type,
        state: 'sending',
        share: 0,
        reason: '',
        again: false,
        file: null,
        preview: SHOWN.test(source.type) ? URL.createObjectURL(source) : '',
      };
      this.#all.set(key, { upload, source, sending: null });
      const fits = this.#fits(key);
      if (!fits) this.#tooMany.add(key);
      const reason = fits ? this.#refusal(source) : this.#tooManyWords();
      if (reason) this.#refuse(key, reason, false);
      else this.#send(key);
    }
    this.changed();
  }

  /** Tries again. @param {number} key */
  retry(key) {
    this.#send(key);
    this.changed();
  }

  /** A file that only claims to be a picture is shown like any other. @param {number} key */
  unseen(key) {
    const upload = this.#all.get(key)?.upload;
    if (!upload) return;
    URL.revokeObjectURL(upload.preview);
    Object.assign(upload, { preview: '', type: '' });
    this.changed();
  }

  /** Removes a file. @param {number} key */
  remove(key) {
    this.#all.get(key)?.sending?.abort();
    this.#forget(key);
    this.#sendNext();
    this.changed();
  }

  /** The files were sent with a message. Refused ones are removed too. @returns {Kept[]} */
  take() {
    const { files } = this;
    for (const key of this.#all.keys()) this.#forget(key);
    this.changed();
    return files;
  }

  /** @param {number} key */
  #forget(key) {
    const preview = this.#all.get(key)?.upload.preview;
    if (preview) URL.revokeObjectURL(preview);
    this.#all.delete(key);
    this.#tooMany.delete(key);
  }

  /** A message can have one more. @param {number} key */
  #fits(key) {
    const others = this.list.filter((one) => one.state !== 'refused' && one.key !== key).length;
    return others < Math.max(1, this.limits().count);
  }

  #tooManyWords() {
    const { count } = this.limits();
    return n('At most {count} file per message.', 'At most {count} files per message.', count);
  }

  /** @param {File} source */
  #refusal({ size }) {
    const { count, size: most } = this.limits();
    if (!count) return t('You can’t send files here.');
    if (size > most) return t('This file is larger than {size}.', { size: bytes(most) });
    return size ? '' : t('This file is empty.');
  }

  /** @param {number} key */
  #send(key) {
    const one = this.#all.get(key);
    if (!one) return;
    Object.assign(one.upload, { state: 'sending', share: 0, reason: '' });
    this.#sendNext();
  }

  /** Takes files that were too many, where others were refused or removed. */
  #takeMore() {
    for (const { upload, source } of this.#all.values())
      if (this.#tooMany.has(upload.key) && this.#fits(upload.key)) {
        this.#tooMany.delete(upload.key);
        const reason = this.#refusal(source);
        Object.assign(upload, { state: reason ? 'refused' : 'sending', share: 0, reason });
      }
  }

  /** Starts as many waiting uploads as may run at once. */
  #sendNext() {
    this.#takeMore();
    const waiting = [...this.#all].filter(([, { upload, sending }]) => upload.state === 'sending' && !sending);
    const going = this.list.filter(({ state }) => state === 'sending').length - waiting.length;
    for (const [key, one] of waiting.slice(0, Math.max(0, AT_ONCE - going))) {
      one.sending = this.post(one.source, {
        progress: (share) => {
          one.upload.share = share;
          this.changed();
        },
        done: (status, answer) => this.#done(key, status, answer),
      });
    }
  }

  /** @param {number} key @param {number} status @param {Record<string, unknown>|null} answer */
  #done(key, status, answer) {
    const one = this.#all.get(key);
    if (!one) return;
    one.sending = null;
    if (status === 201 && answer) {
      const { id, name, type, size } = answer;
      const file = {
        id: String(id),
        name: String(name),
        type: String(type),
        size: Number(size),
        url: `${ADDRESS}/${id}`,
      };
      Object.assign(one.upload, { state: 'done', share: 1, name: file.name, type: file.type, size: file.size, file });
    } else {
      const passing = status === 0 || status === 429 || status >= 500;
      this.#refuse(key, refusalWords(status, saidOf(answer), String(answer?.fault ?? '')), passing);
    }
    this.#sendNext();
    this.changed();
  }

  /** @param {number} key @param {string} reason @param {boolean} again */
  #refuse(key, reason, again) {
    const one = this.#all.get(key);
    if (one) Object.assign(one.upload, { state: 'refused', share: 0, reason, again });
  }
}

/** The refusal that concerns the file, if there is one. @param {Record<string, unknown>|null} answer */
function saidOf(answer) {
  const of = /** @type {{file?: unknown}|undefined} */ (answer?.fields);
  return String(of?.file ?? answer?.detail ?? '');
}

/** What is wrong with a file, in the reader's language. @param {string} fault */
function faultWords(fault) {
  switch (fault) {
    case 'program':
      return t('Files of this kind can contain programs, so they are not accepted.');
    case 'markup':
      return t('HTML, XML and SVG files are not accepted: they can contain programs.');
    case 'heic':
      return t('HEIC and AVIF pictures are not accepted. Send it as JPEG.');
    case 'archive':
      return t('Archives are not accepted. Send the files themselves: one message can have several.');
    case 'macros':
      return t('This document contains macros. Save it without them, and send it again.');
    case 'password':
      return t('This document is protected by a password. Send it without one.');
    case 'links':
      return t('This document loads content from another computer. Save it without that first.');
    case 'damaged':
      return t('This document is damaged or incomplete. Open it, save it again, and send the new file.');
    case 'picture':
      return t('This picture is damaged or too large. Save it again, smaller, and send the new file.');
    default:
      return '';
  }
}

/** @param {number} status @param {string} said by the desk, in English @param {string} fault */
function refusalWords(status, said, fault) {
  if (status === 0) return t('No connection.');
  if (said && locale.startsWith('en')) return said;
  if (status === 422)
    return (
      faultWords(fault) ||
      t('This file can’t be sent. Pictures, PDFs, Office documents and text can, without macros or passwords.')
    );
  if (status === 413) return t('This file is too large.');
  return status === 429 ? t('You’ve sent too many files. Try again later.') : t('This file wasn’t accepted.');
}

/** Uploads by XMLHttpRequest, because only that reports progress. @param {() => string|null} [bearer] who asks, in the session's place @returns {Post} */
export function posted(bearer = () => null) {
  return (file, { progress, done }) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append('file', file);
    request.open('POST', ADDRESS);
    request.setRequestHeader('Accept', 'application/json');
    const token = bearer();
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => done(request.status, parsed(request.responseText));
    request.onerror = () => done(0, null);
    request.send(body);
    return { abort: () => request.abort() };
  };
}

/** @param {string} text @returns {Record<string, unknown>|null} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
