/**
 * What the changes do: to hours, to tickets, to open chats, to pages.
 *
 * @import { Change, Hours } from './hours-changes.js'
 * @import { HoursWork, Difference, ChatsOfTeam, Preview } from './hours-work.js'
 * @import { PlannedSchedule } from './hours-plan.js'
 * @import { Repeated } from './hours-differences.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { icon } from '../shared/parts.js';
import { html } from '../shared/vendor/lit.js';
import { namesOf, teamsOf } from './hours-changes.js';
import { goesOn, repeated } from './hours-differences.js';
import { listed } from './hours-plan.js';
import { WEEKDAYS, amount, daysWords, longDay, scheduleName, shortDay, spansWords, weekWords } from './hours-words.js';

/** @extends {WorkPart<HoursWork>} */
class HoursEffects extends WorkPart {
  /** @override */
  render() {
    const { preview, changes, hours, schedules } = this.work;
    return html`<section class="pane" aria-labelledby="effects-title"><header><h2 id="effects-title">What changes</h2></header>
      <ul class="eff" aria-live="polite">${preview && hours && changes.length ? effects(preview, hours, changes, schedules) : line('calendar-clock', html`Nothing yet. Change hours to see what follows from them.`)}</ul></section>`;
  }
}

/** @param {Preview} preview @param {Hours} hours @param {Change[]} changes @param {PlannedSchedule[]} schedules */
function effects(preview, hours, changes, schedules) {
  const { differences, tickets, chats } = preview;
  const closing = chats.filter(({ closes }) => closes);
  const sharing = (/** @type {Difference} */ { teams }) => sharedWords(hours, schedules, teams);
  return html`
    ${changes.map((one) => {
      const words =
        scheduleWords(one, hours, schedules) ?? (differences.length ? null : laterWords(one, hours, schedules));
      return words ? line('calendar-clock', words) : '';
    })}
    ${repeated(differences).map((one) => line(one.minutes > 0 ? 'plus' : 'minus', html`${hoursWords(one, goesOn(one, differences, changes, schedules))} <span>${sharing(one)}</span>`))}
    ${differences.length ? '' : line('calendar-clock', html`<b>No other hours in the next eight weeks.</b> <span>Later weeks are in the preview.</span>`)}
    ${
      tickets.later
        ? line(
            'hourglass',
            html`<b>${tickets.later} ${tickets.later === 1 ? 'ticket gets' : 'tickets get'} later dates</b> for reminders and auto-solving. <span>None gets an earlier one.</span>`,
          )
        : line(
            'hourglass',
            html`<b>No reminder and no auto-solve moves.</b> <span>${tickets.awaiting}${tickets.more ? ' or more' : ''} ${tickets.awaiting === 1 ? 'ticket awaits' : 'tickets await'} a reply in these teams.</span>`,
          )
    }
    ${closing.map((one) => line('circle-alert', closingWords(one)))}
    ${line('message-circle', html`Widget, contacts page and <code>/api/hours</code> follow at once${closing.length ? '.' : html`; <b>nobody’s chat ends by it.</b>`}`)}`;
}

/** What a change does to a schedule as a whole. @param {Change} change @param {Hours} hours @param {PlannedSchedule[]} schedules */
function scheduleWords(change, hours, schedules) {
  if (change.do === 'rename')
    return html`<b>The schedule ${scheduleName(change.schedule)} is called ${scheduleName(change.to)}.</b>`;
  if (change.do === 'remove') return html`<b>The schedule ${scheduleName(change.schedule)} is removed.</b>`;
  if (change.do !== 'schedule') return null;
  const added = schedules.find(({ schedule }) => schedule === change.schedule);
  const teams = added ? listed(teamsOf(hours, added)) : '';
  return html`<b>New schedule ${scheduleName(change.schedule)}${teams ? ` for ${teams}` : ''}.</b> <span>A copy of ${scheduleName(change.like)}, which stays as it is.</span>`;
}

/** Hours that begin to differ only after the time that the preview looks at. @param {Change} change @param {Hours} hours @param {PlannedSchedule[]} schedules */
function laterWords(change, hours, schedules) {
  if (change.do !== 'week' && change.do !== 'days') return null;
  const one = schedules.find(({ schedule }) => schedule === change.schedule);
  const teams = (one && listed(teamsOf(hours, one))) || scheduleName(change.schedule);
  if (change.do === 'days') {
    const spans = change.spans ? spansWords(change.spans) : 'as usual';
    return html`<b>${teams}: ${spans}, ${daysWords(change.first, change.last)} ${change.last.slice(0, 4)}.</b>`;
  }
  const week = weekWords(change.week).map(({ days, spans }) => `${days} ${spans}`);
  return html`<b>${teams}: other hours from ${longDay(change.from)}.</b> <span>${week.join('; ') || 'Closed on all days'}.</span>`;
}

/** Teams that change together say why. @param {Hours} hours @param {PlannedSchedule[]} schedules @param {string[]} teams */
export function sharedWords(hours, schedules, teams) {
  const shared = schedules.find((one) => one.teams.includes(teams[0] ?? ''));
  if (!shared || teams.length < 2) return '';
  return `${listed(namesOf(hours, teams))} share the schedule ${scheduleName(shared.becomes || shared.schedule)}.`;
}

/** @param {Repeated} one @param {boolean} on it goes on after the last of its days */
function hoursWords(one, on) {
  const more = amount(Math.abs(one.minutes));
  const weekday = one.weekday ? `${WEEKDAYS[one.weekday - 1]}s` : 'days';
  const days = on
    ? `${one.weekday ? `${weekday} ` : ''}from ${shortDay(one.first)} on`
    : one.days === 1
      ? shortDay(one.first)
      : `${one.days} ${weekday}, ${daysWords(one.first, one.last)}`;
  const within = on ? `In the next eight weeks, ${one.days} days: ` : '';
  if (!one.after.length) return html`<b>${one.name}: closed ${days}.</b> <span>${within}${more} less.</span>`;
  if (!one.before.length)
    return html`<b>${one.name}: open ${spansWords(one.after)}, ${days}.</b> <span>Closed before. ${within}${more} more.</span>`;
  const sum = one.minutes ? `${more} ${one.minutes > 0 ? 'more' : 'less'}.` : 'As long as before.';
  return html`<b>${one.name}: ${spansWords(one.after)}, ${days}.</b> <span>Was ${spansWords(one.before)}. ${one.minutes ? within : ''}${sum}</span>`;
}

/** @param {ChatsOfTeam} one */
export function closingWords(one) {
  const people = one.waiting === 1 ? '1 person waits' : `${one.waiting} people wait`;
  const minutes = amount(Math.ceil(one.drain_s / 60));
  const held = one.held ? ` ${one.held === 1 ? '1 chat goes' : `${one.held} chats go`} on to the end.` : '';
  if (!one.waiting) return html`<b>${one.name} closes at once.</b> <span>Nobody waits.${held}</span>`;
  return html`<b>${one.name} closes at once, and ${people} in its queue.</b> <span>They wait for at most ${minutes} while an agent can answer; then their chats become tickets.${held}</span>`;
}

/** @param {string} name @param {unknown} words */
const line = (name, words) => html`<li>${icon(name)}<span>${words}</span></li>`;

customElements.define('hours-effects', HoursEffects);
