/** The assistant on the ticket page, if the desk has one. */

import { lazily } from '../shared/client/lazily.js';
import { pageData, the } from '../shared/dom.js';
import { dialogStyle } from './dialog-style.js';

/** @import { TicketWork } from './ticket-work.js' */

const { assist: host } = pageData();

if (host)
  lazily(() => Promise.all([import('./assist-panel.js'), dialogStyle()])).then(
    ([{ AssistPanel, messagesOf }]) => {
      const part = the('composer-part');
      const work = /** @type {TicketWork} */ (part.work);
      const place = {
        part,
        work,
        host,
        address: () => (work.ticket && !work.writing.held ? work.address : null),
        messages: () => messagesOf(work.ticket?.transcript ?? []),
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
