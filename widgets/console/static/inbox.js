/** The page of the inbox: puts its parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import './inbox-list.js';
import { InboxWork } from './inbox-work.js';
import { watchChats } from './watch-chats.js';

const { me } = pageData();
const work = new InboxWork({ ask });
the('inbox-part').work = work;
const desk = watchChats(me, { page: 'account' });
work.load();
desk.on('news', ({ type }) => type === 'inbox.changed' && work.load());
