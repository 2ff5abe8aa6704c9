/**
 * What the command palette can do with the ticket on the screen. Each change is saved at once, unless others are being made.
 *
 * @import { Command } from './palette-commands.js'
 * @import { Line, Undoing } from './ticket-undo.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { Refused } from '../shared/http.js';
import { onScreen } from './palette-commands.js';
import { PRIORITIES, snoozes } from './triage.js';

/**
 * @param {TicketWork} work @param {number} now
 * @param {{set: (name: 'team'|'assignee', value: string) => void, sort: (change: Record<string, unknown>, name: string) => void, press: (selector: string) => void}} does
 *   `set`: a property; `sort`: priority or snooze, and what that is called; `press`: a button or a field of the page
 * @returns {Command[]} none while there is no ticket, and none that a closed one refuses
 */
export function commandsFor(work, now, { set, sort, press }) {
  const { ticket, form, me, people, teams } = work;
  if (!ticket) return [];
  const follow = {
    id: 'follow',
    name: 'Follow or stop following this ticket',
    icon: 'eye',
    run: () => press('#follow-ticket'),
  };
  if (ticket.closed_at) return [follow];
  const others = people.filter(({ staff, teams: theirs }) => staff !== me.id && theirs.includes(form.team));
  const assigned = [{ staff: me.id, name: `${me.name} (you)` }, ...others]
    .filter(({ staff }) => staff !== form.assignee)
    .map(({ staff, name }) => ({
      id: `assign-${staff}`,
      name: `Assign to ${name}`,
      icon: 'user',
      words: 'take give hand over',
      run: () => set('assignee', staff),
    }));
  const moved = teams
    .filter(({ team }) => team !== form.team)
    .map(({ team, name }) => ({
      id: `move-${team}`,
      name: `Move to ${name}`,
      icon: 'users',
      words: 'team transfer',
      run: () => set('team', team),
    }));
  const priorities = Object.entries(PRIORITIES)
    .filter(([key]) => key !== (ticket.priority ?? 'normal'))
    .map(([key, name]) => ({
      id: `priority-${key}`,
      name: `Priority: ${name}`,
      icon: 'circle-alert',
      run: () => sort({ priority: key }, `Priority: ${name}`),
    }));
  const sleeps = (ticket.snoozed_until ? [{ value: '', name: '' }] : snoozes(now)).map(({ value, name }) => ({
    id: `snooze-${value}`,
    name: value ? `Snooze: ${name}` : 'Back to work now',
    icon: 'alarm-clock',
    words: 'snooze remind later hold wake',
    run: () => sort({ snoozed_until: value || null }, value ? `Snoozed: ${name}` : 'Back to work'),
  }));
  const [own, ...colleagues] = assigned;
  const merge = {
    id: 'merge',
    name: 'Merge into another ticket',
    icon: 'ticket',
    words: 'duplicate',
    run: () => press('.merge button'),
  };
  return [
    ...(own ? [own] : []),
    { id: 'tag', name: 'Add a tag', icon: 'plus', words: 'label', run: () => press('#tag') },
    ...(ticket.status === 'solved' ? [] : [...sleeps, merge]),
    ...priorities,
    follow,
    {
      id: 'issue',
      name: 'Link an issue',
      icon: 'circle-dot',
      words: 'jira github azure bug escalate development',
      run: () => press('#link-issue'),
    },
    ...colleagues,
    ...moved,
  ];
}

/** @param {string} selector */
function press(selector) {
  const found = /** @type {HTMLElement|null} */ (document.querySelector(selector));
  if (found instanceof HTMLButtonElement) found.click();
  else found?.focus();
}

/** @param {TicketWork} work @param {Undoing} undoing */
export function commandsOfTicket(work, undoing) {
  /** @param {Record<string, unknown>} change @param {string} [name] what it does, if it can be undone @param {number} [version] that it undoes */
  const sort = async (change, name, version) => {
    const [[field, before]] = Object.keys(change).map((key) => [key, work.ticket?.[key] ?? null]);
    try {
      const headers = { 'If-Match': `"${version}"` };
      await work.ask('PATCH', work.address, { body: change, ...(version !== undefined && { headers }) });
      await work.refresh();
      work.said = 'Saved';
      const after = work.ticket?.[field];
      const undo = () => sort({ [field]: before }, undefined, work.ticket?.version);
      if (name) undoing.did(name, undo, () => work.ticket?.[field] === after);
      else undoing.show(null);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      work.refuse(error.fields, Object.values(error.fields)[0] ?? error.message);
    }
    work.redraw();
  };
  const set = (/** @type {'team'|'assignee'} */ name, /** @type {string} */ value) => void undoing.set(name, value);
  onScreen.commands = () => [...undoCommands(undoing.line), ...commandsFor(work, Date.now(), { set, sort, press })];
}

/** @param {Line|null} line @returns {Command[]} */
const undoCommands = (line) =>
  line && !line.go
    ? [{ id: 'undo', name: `Undo: ${line.words}`, icon: 'reply', words: 'back revert', run: line.undo }]
    : [];
