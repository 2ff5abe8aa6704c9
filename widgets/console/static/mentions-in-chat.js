/** Mentions in the notes of the console. The ids of those whom a note mentions are sent beside its text. */

import { the } from '../shared/dom.js';
import { offerColleagues } from './mention-menu.js';

/** @typedef {import('./agent-work.js').AgentWork} AgentWork */

const workOf = () => /** @type {AgentWork} */ (the('reply-part').work);
const mentions = offerColleagues(
  () => `/api/chats/${workOf().chosen}/colleagues`,
  () => the('reply-part').settings?.now.enterSends ?? true,
);
const { desk } = workOf();
const commit = desk.commit.bind(desk);

desk.commit = (type, fields) => {
  const mentioned = type === 'note.add' && typeof fields.text === 'string' ? mentions.in(fields.text) : [];
  return commit(type, mentioned.length ? { ...fields, mentions: mentioned } : fields);
};
