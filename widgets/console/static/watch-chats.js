/**
 * An agent's chats on the staff pages that do not list them: what waits for them and their status in the bar, what is
 * offered in a corner, a supervisor's alarms.
 *
 * @import { DeskClient } from '../shared/client/desk.js'
 * @import { Me } from '../shared/types.js'
 * @import { Does } from './page-keys.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { pageData, say, the } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { staffVocabulary } from './staff-vocabulary.js';
import { AgentWork } from './agent-work.js';
import './alarm-bell.js';
import './chat-count.js';
import { Dialogs } from './dialog-loader.js';
import { dialogStyle } from './dialog-style.js';
import { COMMAND } from './keyboard.js';
import './offer-card.js';
import { attends, callFor } from './page-alerts.js';
import { asked, listenToKeys } from './page-keys.js';
import { Settings } from './settings.js';
import './status-menu.js';

/**
 * Keeps them going until the page is left. Connects the page's keys and the search over everything.
 * @param {Me} me
 * @param {{page: 'tickets'|'ticket'|'floor'|'review'|'account'|'admin', settings?: Settings, does?: Does & {create?: () => void}, enters?: (address: string) => void}} about `does`: what the page itself does; `enters`: somebody goes to this address to write in a chat
 * @returns {DeskClient}
 */
export function watchChats(me, { page, settings = new Settings(me.id, localStore()), does = {}, enters }) {
  const storage = localStore();
  const desk = openDesk({
    role: 'staff',
    url: '/ws/staff',
    scope: `staff.${me.id}`,
    storage,
    hello: () => ({}),
    env: { another: (ok) => ok.staff !== me.id },
  });
  const work = new AgentWork({ desk, me, drafts: new Drafts(me.id, storage), attends });
  /** @param {string} name @param {(detail: string) => string} address of the console */
  const on = (name, address) =>
    work.addEventListener(name, (event) =>
      location.assign(`/console#${address(/** @type {CustomEvent<string>} */ (event).detail)}`),
    );
  // To enter a chat is to go there first.
  on('go', (chat) => {
    const place = `chat=${chat}&write`;
    enters?.(`/console#${place}`);
    return place;
  });
  on('team', (team) => `queue=${team}`);
  callFor(work, settings);
  for (const part of document.querySelectorAll('#chat-count, #status-part, #offer-part, #alarms-part'))
    Object.assign(part, { work });
  void import('./bar-counts.js').catch(() => {});
  answersOffers(work, settings);
  const { statuses } = pageData();
  const acts = /** @type {Does} */ ({});
  const dialogs = new Dialogs(
    {
      finder: { does: acts, words: statuses ? staffVocabulary({ statuses }) : null, work },
      keys: { page, settings, work },
    },
    () => Promise.all([import('./page-dialogs.js'), dialogStyle()]),
  );
  const find = () => void dialogs.open('finder');
  const sheet = () => void dialogs.open('keys');
  const leave = () => /** @type {HTMLElement|null} */ (document.activeElement)?.blur();
  Object.assign(acts, { find, sheet, leave, search: find, status: () => the('presence').click(), ...does });
  say(the('find-keys'), `${COMMAND} K`);
  the('find').addEventListener('click', find);
  for (const button of ['keys', 'keys-of-menu']) the(button).addEventListener('click', sheet);
  listenToKeys(acts, settings);
  desk.start();
  return desk;
}

/** `A` and `P` answer the offer that expires first. Before other keys of the page. @param {AgentWork} work @param {Settings} settings */
function answersOffers(work, settings) {
  addEventListener(
    'keydown',
    (event) => {
      if (!work.handovers.offers.first || document.querySelector('dialog[open]')) return;
      const wanted = asked(event, settings)?.do;
      if (wanted !== 'accept' && wanted !== 'pass') return;
      event.preventDefault();
      if (wanted === 'accept') work.handovers.accept();
      else work.handovers.decline();
    },
    { capture: true },
  );
}
