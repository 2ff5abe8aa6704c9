/** The assistant on the ticket page, if the desk has one. */

import { lazily } from '../shared/client/lazily.js';
import { pageData, the } from '../shared/dom.js';
import { dialogStyle } from './dialog-style.js';

/** @import { TicketWork } from './ticket-work.js' */

/** At most this many messages can be chosen. */
const MESSAGES = 12;
const { assist: host } = pageData();

if (host)
  lazily(() => Promise.all([import('./assist-panel.js'), dialogStyle()])).then(
    ([{ AssistPanel }]) => {
      const part = the('composer-part');
      const work = /** @type {TicketWork} */ (part.work);
      const place = {
        part,
        work,
        host,
        address: () => (work.ticket && !work.writing.held ? work.address : null),
        messages: () =>
          (work.ticket?.transcript ?? [])
            .filter(({ text }) => text)
            .slice(-MESSAGES)
            .reverse()
            .map(({ from, text }) => ({ who: from?.name ?? 'The requester', text: text ?? '' })),
        code: {
          name: (/** @type {string} */ key) => work.words.code(key),
          choose: (/** @type {string} */ key) => {
            work.writing.choose('solved');
            work.set('resolution', key);
          },
        },
      };
      new AssistPanel(place);
    },
    () => {},
  );
