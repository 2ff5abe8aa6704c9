/** The assistant in the chats of the console, if the desk has one. */

import { lazily } from '../shared/client/lazily.js';
import { pageData, the } from '../shared/dom.js';
import { dialogStyle } from './dialog-style.js';

/** @import { AgentWork } from './agent-work.js' */

const { assist: host } = pageData();

/** @param {AgentWork} work */
const written = (work) =>
  work.chosen !== null && (work.chats.of(work.chosen).held || work.watches) ? work.chosen : null;

if (host) {
  lazily(() => Promise.all([import('./assist-panel.js'), dialogStyle()])).then(
    ([{ AssistPanel }]) => {
      const part = the('reply-part');
      const work = /** @type {AgentWork} */ (part.work);
      const address = () => {
        const chat = written(work);
        return chat === null ? null : `/api/chats/${chat}`;
      };
      new AssistPanel({ part, work, host, address, messages: () => [] });
    },
    () => {},
  );
}
