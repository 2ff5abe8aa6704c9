/**
 * What becomes of the customer's texts that cannot be sent where they were written: drafts, so that none is lost.
 *
 * @import { Entry } from '../shared/client/types.js'
 * @import { Chat } from './chat.js'
 */

import { t } from '../shared/words.js';
import { NEW } from './beginning.js';

export class LateTexts {
  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
  }

  /** Keeps entries that can no longer be sent to their chat. @param {Entry[]} entries @param {string} why @param {string|null} [draft] */
  keep(entries, why, draft) {
    const texts = entries.filter(({ type }) => type === 'message.send').map(({ fields }) => fields.text);
    if (draft) texts.push(draft);
    // A draft that comes along to a new conversation needs no excuse: nobody has sent it.
    if (texts.length) this.keepAsDraft(texts, why, Boolean(why || entries.length));
    for (const { id } of entries) this.chat.desk.discard(id);
  }

  /** Entries that an earlier chat refused would be visible nowhere. */
  takeOver() {
    const { desk, visit } = this.chat;
    if (!desk.hello) return;
    const others = desk
      .outbox()
      .filter(
        ({ type, status, fields }) => type === 'message.send' && status === 'failed' && fields.chat !== visit.chat,
      );
    this.keep(others, t('Your earlier chat has ended.'));
  }

  /** Puts texts that will not be sent automatically into the box. @param {string[]} texts @param {string} why @param {boolean} [say] that they are there */
  keepAsDraft(texts, why, say = true) {
    const { chat } = this;
    const { chat: id } = chat.visit;
    const kept = t('Your message wasn’t sent. It’s kept here as a draft.');
    chat.drafts.add(id ?? NEW, texts);
    chat.beginning.form.text = chat.drafts.get(NEW);
    if (say && id) chat.raise(why, kept);
    else if (say) chat.refuse('form', `${why} ${kept}`.trim());
    chat.events.emit('draft');
  }

  /** @param {string|null} text that is stored now */
  drop(text) {
    this.chat.drafts.drop(text);
    this.chat.beginning.stored(text);
  }
}
