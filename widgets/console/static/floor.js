/** A supervisor's floor: puts the page's parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import './alarm-list.js';
import { EarlyText } from './arriving.js';
import './floor-agent.js';
import './floor-agents.js';
import './floor-history.js';
import './floor-line.js';
import './floor-teams.js';
import './floor-tools.js';
import { FloorWork } from './floor-work.js';
import { Settings } from './settings.js';
import { watchChats } from './watch-chats.js';

const { me, timezone: zone } = pageData();
const settings = new Settings(me.id, localStore());
/** Somebody goes to a chat: what they type while the browser is on its way is for its box. @param {string} to */
const enters = (to) => void new EarlyText({ to });
const desk = watchChats(me, { page: 'floor', settings, enters });
const work = new FloorWork({ desk, zone });
for (const part of ['line-part', 'tools-part', 'teams-part', 'agents-part', 'history-part', 'agent-part'])
  the(part).work = work;
the('tools-part').settings = settings;
work.addEventListener('manage', (event) => event instanceof CustomEvent && the('agent-part').open(event.detail));
work.addEventListener('change', opened);
document.addEventListener('click', ({ target, ctrlKey, metaKey, shiftKey }) => {
  const leaves = !ctrlKey && !metaKey && !shiftKey;
  const link = target instanceof Element ? target.closest('a[href$="&write"]') : null;
  if (leaves && link instanceof HTMLAnchorElement) enters(link.href);
});
work.addEventListener('change', () => the('main').toggleAttribute('data-stale', work.stale));
work.start();

/** A link from a chat names it: the dialog of its agent opens, with the choice of who gets the chat. */
function opened() {
  if (!work.floor) return;
  work.removeEventListener('change', opened);
  const row = [...work.floor.agents.values()].find(({ chats }) =>
    chats.some(({ chat }) => `#${chat}` === location.hash),
  );
  if (row) the('agent-part').open(row.staff, location.hash.slice(1));
}
