/** Canned replies in the chats of the console. */

import { pageData, the } from '../shared/dom.js';
import { offerReplies } from './canned-menu.js';

const { me } = pageData();

offerReplies(() => {
  const work = /** @type {import('./agent-work.js').AgentWork} */ (the('reply-part').work);
  const { chosen, about } = work;
  return {
    teamName: (key) => work.teamName(key),
    place: {
      customer: about?.customer.name ?? null,
      agent: me.name,
      team: chosen === null ? '' : work.teamName(work.chats.of(chosen).team),
      ticket: null,
      locale: about?.locale ?? null,
    },
  };
});
