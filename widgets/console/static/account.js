/** The account page: puts its parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { createPasskey, hasPasskeys } from '../shared/passkeys.js';
import { takesChats } from '../shared/takes-chats.js';
import './account-devices.js';
import './account-factor.js';
import './account-failures.js';
import './account-passkeys.js';
import './account-password.js';
import './account-sign-on.js';
import { AccountWork } from './account-work.js';
import { SignOnWork } from './sign-on-work.js';
import { PasskeyWork } from './passkey-work.js';
import './review-feedback.js';
import { staffVocabulary } from './staff-vocabulary.js';
import { watchChats } from './watch-chats.js';

const page = pageData();
const { me } = page;
const feedback = document.getElementById('feedback-part');
if (feedback) Object.assign(feedback, { code: staffVocabulary(page).code });
const signedOut = () => location.assign('/sign-in?next=/account');
const work = new AccountWork({ ask, me, signedOut });
const passkeys = new PasskeyWork({
  ask,
  create: createPasskey,
  supported: hasPasskeys(),
  me,
  signedOut,
  // With the passkey everything is allowed that was not before.
  added: () => (me.limited ? location.reload() : undefined),
});
the('passkeys-part').work = passkeys;
for (const part of ['failures-part', 'factor-part', 'devices-part', 'password-part']) the(part).work = work;
work.addEventListener('change', () => {
  const todo = document.getElementById('todo');
  if (todo && work.factor === 'on') todo.hidden = true;
});
const signOnPart = document.getElementById('sign-on-part');
if (signOnPart) {
  const came = new URLSearchParams(location.search).get('sign_on');
  if (came) history.replaceState(history.state, '', location.pathname);
  const signOn = new SignOnWork({ ask, me, go: (url) => location.assign(url), came });
  Object.assign(signOnPart, { work: signOn });
  signOn.load();
}
passkeys.addEventListener('change', () => work.hasPassword(passkeys.password));
if (!me.limited && takesChats(me)) watchChats(me, { page: 'account' });
else void import('./signed-out.js').catch(() => {});
work.load();
passkeys.load();
