/**
 * What the logs of a customer have in common, whether of a chat or a ticket: how texts are removed, files loaded, and
 * things named.
 *
 * @import { Item } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 */

import { committed } from '../shared/committing.js';
import { element } from '../shared/dom.js';
import { RemoveDialog } from '../shared/remove.js';
import { addressOf, removeFromTicket } from './chat-requests.js';
import { Previews } from './previews.js';

const PDF = 'application/pdf';

export class CustomerLog {
  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    this.removing = new RemoveDialog((fields) =>
      fields.chat ? committed(chat.desk, 'message.redact', fields) : removeFromTicket(chat, fields),
    );
    this.previews = new Previews((file) => addressOf(chat, file, false));
  }

  /** Options of a `Log`. */
  get options() {
    const { chat } = this;
    return {
      viewer: { side: /** @type {const} */ ('customer'), id: chat.desk.hello?.visitor ?? null },
      words: {
        team: (/** @type {string} */ key) => chat.visit.teamName(key),
        status: chat.words.status,
        code: chat.words.code,
      },
      remove: (/** @type {Item} */ item) => this.removing.ask(item),
      download: (/** @type {import('../shared/story.js').File} */ file) => this.#download(file),
      preview: this.previews.show,
    };
  }

  /** @param {import('../shared/story.js').File} file */
  async #download(file) {
    const address = await addressOf(this.chat, file);
    if (!address) return;
    // In the browser's own viewer. A browser without one saves the file.
    if (file.type === PDF) element('a', { href: `${address}&as=shown`, target: '_blank', rel: 'noopener' }).click();
    else element('a', { href: address, download: file.name }).click();
  }
}
