/**
 * Whether a notification of the system tells the customer when somebody joins. The page around shows it, because browsers
 * let no frame of another site ask; its words are a name and a team.
 */

import { firstName } from '../shared/people.js';
import { t } from '../shared/words.js';

export class LineNotice {
  /** Whether the page around may notify, or may ask. @type {'default'|'granted'|'denied'|''} empty: it can't */
  may = '';
  #asked = false;
  #looked = false;

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    this.chat = chat;
    chat.host.on('notices', ({ may }) => {
      this.may = ['default', 'granted', 'denied'].includes(may) ? may : '';
      if (this.#asked && this.may === 'granted') chat.memory.set('notice', chat.visit.chat);
      chat.changed();
    });
    chat.on('told', (frame, live) => {
      if (live && frame.type === 'chat.assigned') this.#joined(frame.staff.name);
    });
  }

  /** Asks the page around whether it can notify, once. */
  look() {
    if (this.#looked) return;
    this.#looked = true;
    this.chat.host.tell('notices');
  }

  /** The customer has asked to be told, in any tab. */
  get on() {
    const { memory, visit } = this.chat;
    return this.may === 'granted' && memory.get('notice') === visit.chat;
  }

  /** It can be asked for. */
  get offered() {
    return !this.on && (this.may === 'granted' || this.may === 'default');
  }

  /** The browser has refused it, now that the customer asked. */
  get refused() {
    return this.#asked && this.may === 'denied';
  }

  ask() {
    this.#asked = true;
    this.chat.host.tell('notices', { ask: true });
  }

  /** @param {string|null} name */
  #joined(name) {
    const { chat } = this;
    if (!this.on || chat.looksOn) return;
    const says = t('{name} joined', { name: firstName(name) || t('Support') });
    chat.host.tell('joined', { says, where: t('{team} support', { team: chat.visit.teamName() }) });
  }
}
