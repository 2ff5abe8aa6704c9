/**
 * Alerts agents on every staff page: the number in the title and on the icon, sound, notifications.
 *
 * @import { AgentWork } from './agent-work.js'
 * @import { Settings } from './settings.js'
 */

import { nameOf } from './visitor.js';
import { Reminders } from './alarms.js';
import { Alerts } from './alerts.js';
import { Stages } from './reply-clock.js';
import { Bell, Notices, markWith, titleWith } from './ringing.js';

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
  const reminders = new Reminders();
  const stages = new Stages();
  let marked = 0;
  work.addEventListener('change', () => {
    const waiting = work.chats.needing + work.handovers.offers.open.length;
    document.title = titleWith(document.title, waiting);
    if (waiting !== marked) document.querySelector('link[rel=icon]')?.setAttribute('href', markWith(waiting));
    marked = waiting;
    const alarms = reminders.due(work.toTell, work.now());
    const { owed, yours } = work.chats.groups(work.now());
    const late = stages.reached(yours);
    // One tab alerts for all.
    if (!work.desk.state.leader) return;
    const calls = [...owed, ...yours.filter((row) => row.unread)].map(({ chat, about, preview, group }) => ({
      chat,
      name: nameOf(about),
      text: preview,
      owed: group === 'owed',
    }));
    const offered = work.handovers.offers.open.map(({ about, words }) => ({
      chat: about.chat,
      name: nameOf(about),
      text: words || (about.subject ?? ''),
      owed: true,
      offered: true,
    }));
    alerts.update([...offered, ...calls], {
      now: work.now(),
      looking: attends(),
      at: work.chosen,
      alarms: (settings.now.alarmSound ? alarms.length : 0) + late.length,
    });
  });
  addEventListener('focus', () => work.redraw());
  document.addEventListener('visibilitychange', () => work.redraw());
  setInterval(() => work.redraw(), TICK_MS);
}
