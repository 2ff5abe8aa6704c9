/**
 * Tells the desk what the site says of its customer, as it changes during a chat: by the tab that they look at. A chat
 * begins with what the site said until then.
 *
 * @import { Chat } from './chat.js'
 */

import { committed } from '../shared/committing.js';

export class SiteFields {
  /** The page around has said something, so that nothing means that it takes it back. */
  #any = false;

  /** @param {Chat} chat @param {() => boolean} [hidden] nobody looks at this tab */
  constructor(chat, hidden = () => document.hidden) {
    this.chat = chat;
    this.hidden = hidden;
    chat.host.changed = () => chat.changed();
    chat.on('change', () => this.#look());
  }

  #look() {
    const { desk, host, memory, visit } = this.chat;
    const { chat, phase, lastSeq } = visit;
    this.#any ||= Object.keys(host.fields).length > 0;
    const open = (phase === 'queued' || phase === 'active') && lastSeq;
    if (!open || !this.#any || this.hidden() || desk.state.line !== 'live') return;
    const said = JSON.stringify([chat, host.fields]);
    const known = memory.get('fields');
    if (known === said) return;
    memory.set('fields', said);
    if (JSON.parse(known ?? '[]')[0] !== chat) return;
    // A desk that refuses it knows what it knew before: there is nothing that the customer could do.
    committed(desk, 'chat.describe', { chat, fields: host.fields }).catch(() => {});
  }
}
