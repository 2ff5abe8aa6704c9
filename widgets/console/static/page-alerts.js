/**
 * Alerts agents on every staff page: the number in the title and on the icon, sound, notifications.
 *
 * @import { DeskClient } from '../shared/client/desk.js'
 * @import { Me } from '../shared/types.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { the } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { NAMELESS } from '../shared/people.js';
import { Begun } from './alarms.js';
import { Alerts } from './alerts.js';
import './chat-count.js';
import { Stages } from './reply-clock.js';
import { Bell, Notices, markWith, titleWith } from './ringing.js';
import { Settings } from './settings.js';
import './status-menu.js';
import { AgentWork } from './agent-work.js';

const TICK_MS = 1_000;

/** True while the page is visible and has the focus. */
export const attends = () => document.visibilityState === 'visible' && document.hasFocus();

/** Updates title, icon, sound and notifications, at every change and every second. @param {AgentWork} work @param {Settings} settings */
export function callFor(work, settings) {
  const bell = new Bell();
  const notices = new Notices((chat) => work.go(chat));
  const alerts = new Alerts({
    ring: () => settings.now.sound && bell.ring(),
    show: (call) => settings.now.notices && notices.show(call),
    hide: (chat) => notices.hide(chat),
  });
  const begun = new Begun();
  const stages = new Stages();
  let marked = 0;
  work.addEventListener('change', () => {
    const { unread } = work.chats;
    document.title = titleWith(document.title, unread);
    if (unread !== marked) document.querySelector('link[rel=icon]')?.setAttribute('href', markWith(unread));
    marked = unread;
    const alarms = begun.of(work.toTell);
    const { owed, yours } = work.chats.groups(work.now());
    const late = stages.reached(yours);
    // One tab alerts for all.
    if (!work.desk.state.leader) return;
    const calls = [...owed, ...yours.filter((row) => row.unread)].map(({ chat, about, preview, group }) => ({
      chat,
      name: about?.customer.name ?? NAMELESS,
      text: preview,
      owed: group === 'owed',
    }));
    const offered = work.handovers.offers.open.map(({ about }) => ({
      chat: about.chat,
      name: about.customer.name ?? NAMELESS,
      text: about.subject ?? '',
      owed: true,
      offered: true,
    }));
    alerts.update([...offered, ...calls], {
      now: work.now(),
      looking: attends(),
      at: work.chosen,
      alarms: alarms.length + late.length,
    });
  });
  addEventListener('focus', () => work.redraw());
  document.addEventListener('visibilitychange', () => work.redraw());
  setInterval(() => work.redraw(), TICK_MS);
}

/** Keeps an agent's chats going on a page that does not show them: their number and the agent's status in the bar. @param {Me} me @returns {DeskClient} */
export function watchChats(me) {
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
  work.addEventListener(
    'go',
    (event) => event instanceof CustomEvent && location.assign(`/console#chat=${event.detail}`),
  );
  callFor(work, new Settings(me.id, storage));
  for (const part of ['chat-count', 'status-part']) the(part).work = work;
  desk.start();
  return desk;
}
