/** The page of mails that are held back: puts its parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import './suspended-mail.js';
import { SuspendedWork } from './suspended-work.js';
import { watchChats } from './watch-chats.js';

const { me } = pageData();
const work = new SuspendedWork({ ask });
the('suspended-part').work = work;
watchChats(me, { page: 'account' });
work.load();
