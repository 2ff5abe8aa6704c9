/** What the polite live region of the widget says, from the states of the chat one after the other. */

import { clockWords } from '../shared/hours.js';
import { firstName } from '../shared/people.js';
import { t } from '../shared/words.js';
import { announcement } from './announcements.js';
import { cameWords, lineTitle, lineWords, nobodyThere, silentWords } from './line-words.js';

export class Announcer {
  said = '';
  /** @type {import('./announcements.js').Standing|null} */
  #stood = null;
  /** @type {import('./types.js').View} */
  #saidIn = 'opening';

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    this.chat = chat;
  }

  /** Looks at the state anew. @param {string} lost what is said of a lost connection, empty without one */
  look(lost) {
    const { view } = this.chat;
    const standing = this.#standing(lost);
    // Announcements disappear with the state that they describe.
    if (this.#stood) this.said = announcement(this.#stood, standing) || (this.#saidIn === view ? this.said : '');
    this.#saidIn = view;
    if (view !== 'opening') this.#stood = standing;
  }

  /** @param {string} lost @returns {import('./announcements.js').Standing} */
  #standing(lost) {
    const { visit, peek, sent } = this.chat;
    const { phase, agent } = visit;
    const there = phase === 'active' ? agent : null;
    return {
      lost,
      place: phase === 'queued' ? this.#placeWords() : '',
      agent: there?.name ?? null,
      gone:
        there?.connected === false
          ? t('{name}’s connection dropped. They’ll see your messages when they’re back.', {
              name: firstName(there.name),
            })
          : '',
      silent: silentWords(visit.silent),
      sent,
      // A frame that is not shown yet announces nothing.
      came: peek && innerHeight ? cameWords(peek).join(': ') : '',
      ticket: visit.outcome ? t('It’s now ticket #{ticket}', { ticket: visit.outcome.ticket }) : '',
    };
  }

  #placeWords() {
    const { visit, zones } = this.chat;
    const { decideBy, waitsUntil } = visit;
    const closing = decideBy
      ? t('We may not reach you before closing at {time}. If you do nothing, it becomes a ticket.', {
          time: clockWords(decideBy, zones),
        })
      : waitsUntil || nobodyThere(visit)
        ? lineWords(this.chat)
        : '';
    return [lineTitle(visit), closing].filter(Boolean).join('. ');
  }
}
