/** A supervisor's floor: puts the page's parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import './alarm-list.js';
import './floor-agent.js';
import './floor-agents.js';
import './floor-line.js';
import './floor-teams.js';
import { FloorWork } from './floor-work.js';
import { watchChats } from './watch-chats.js';

const { me, timezone: zone } = pageData();
const desk = watchChats(me, { page: 'floor' });
const work = new FloorWork({ desk, zone });
for (const part of ['line-part', 'teams-part', 'agents-part', 'agent-part']) the(part).work = work;
work.addEventListener('manage', (event) => event instanceof CustomEvent && the('agent-part').open(event.detail));
work.start();
