/**
 * What a log shows of the outbox: entries on their way come after all that is stored, refused ones stay where they were
 * written, whatever came since.
 *
 * @import { Entry } from './client/types.js'
 * @import { Options, Row, Told } from './log.js'
 * @import { Item } from './story.js'
 */

import { statusLine } from './message.js';
import { mendable, reasonOf, retryable } from './not-sent.js';
import { Slowness } from './slowness.js';
import { t } from './words.js';

export class LogUnsent {
  /** Ids of commands that are stored and may still be in the outbox. @type {Set<string>} */
  #stored = new Set();
  /** @type {Entry[]} */
  #entries = [];
  /** `seq` of what was the newest when they were written, by id. @type {Map<string, number>} */
  #writtenAfter = new Map();
  online = true;
  #begun = Date.now();
  #slowness;

  /** @param {Options} options @param {() => void} draw again: an entry is on its way for long */
  constructor(options, draw) {
    this.options = options;
    this.#slowness = new Slowness(draw);
  }

  /** @param {string} id */
  stored(id) {
    this.#stored.add(id);
  }

  /** @param {Entry[]} entries as the outbox has them @param {boolean} online @param {number|undefined} newest `seq` @returns {boolean} whether there is something to draw */
  takes(entries, online, newest) {
    const said = entries.filter(({ type }) => type === 'message.send' || type === 'note.add');
    const ids = new Set(said.map(({ id }) => id));
    this.#stored = new Set([...ids].filter((id) => this.#stored.has(id)));
    this.#writtenAfter = new Map([...this.#writtenAfter].filter(([id]) => ids.has(id)));
    for (const { id, at } of said)
      if (newest && at >= this.#begun && !this.#writtenAfter.has(id)) this.#writtenAfter.set(id, newest);
    const had = this.#entries.length > 0;
    this.#entries = said;
    this.online = online;
    this.#slowness.watch(this.underWay.at(-1), online);
    return had || said.length > 0;
  }

  get underWay() {
    return this.#entries.filter(({ id, status }) => status !== 'failed' && !this.#stored.has(id));
  }

  /** @param {Told[]} told @returns {Row[]} with refused entries in their places */
  among(told) {
    /** @type {Row[]} */
    const rows = [...told];
    for (const entry of this.#entries.filter(({ id, status }) => status === 'failed' && !this.#stored.has(id))) {
      const item = this.itemOf(entry);
      const after = this.#writtenAfter.get(entry.id);
      // Of what was written on an earlier page only the time is known.
      const at = 1 + rows.findLastIndex((row) => row.entry || (after ? row.item.seq <= after : row.item.at <= item.at));
      rows.splice(at, 0, { item: { ...item, seq: rows[at - 1]?.item.seq ?? 0 }, joins: false, live: false, entry });
      if (rows[at + 1]) rows[at + 1] = { ...rows[at + 1], joins: false };
    }
    return rows;
  }

  /** @param {Entry} entry @returns {Item} */
  itemOf(entry) {
    const { viewer, fileOf, whispers } = this.options;
    /** @type {string[]} */
    const ids = entry.fields.files ?? [];
    return {
      kind: entry.type === 'note.add' ? 'note' : 'message',
      key: entry.id,
      seq: 0,
      by: { kind: viewer.side, id: viewer.id, name: null },
      own: true,
      mine: true,
      whisper: whispers?.(),
      at: new Date(entry.at).toISOString(),
      text: entry.fields.text,
      failed: entry.status === 'failed',
      files: ids.map((id) => fileOf?.(id) ?? { id, name: t('A file'), type: '', size: 0, url: '' }),
    };
  }

  /** @param {Entry} entry */
  statusOf(entry) {
    const { refusal, status, id, fields } = entry;
    if (status !== 'failed') {
      const slow = this.#slowness.of(entry);
      return statusLine(!this.online ? 'offline' : refusal ? 'again' : slow ? 'slow' : 'sending');
    }
    const { addTo, retry, edit, discard } = this.options;
    const number = refusal?.code === 'chat_closed' && !fields.files?.length ? refusal.ticket : null;
    return statusLine('failed', {
      reason: reasonOf(refusal),
      retry: retryable(refusal) ? () => retry(id) : undefined,
      // The files of the message could not go back with its text.
      edit: edit && mendable(refusal) && !fields.files?.length ? () => edit(entry) : undefined,
      discard: () => discard(id),
      ticket: addTo && number ? { number, add: () => addTo(entry, number) } : undefined,
    });
  }
}
