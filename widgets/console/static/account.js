/** The account page: puts its parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import './account-devices.js';
import './account-factor.js';
import './account-failures.js';
import './account-password.js';
import { AccountWork } from './account-work.js';
import { watchChats } from './watch-chats.js';

const { me } = pageData();
const work = new AccountWork({ ask, me, signedOut: () => location.assign('/sign-in?next=/account') });
for (const part of ['failures-part', 'factor-part', 'devices-part', 'password-part']) the(part).work = work;
work.addEventListener('change', () => {
  const todo = document.getElementById('todo');
  if (todo && work.factor === 'on') todo.hidden = true;
});
if (!me.limited) watchChats(me, { page: 'account' });
work.load();
