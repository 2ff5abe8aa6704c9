/**
 * Choices for each property of a ticket. Pure.
 *
 * @import { TicketWork } from './ticket-work.js'
 * @typedef {[value: string, shown: string]} Option
 * @typedef {Pick<TicketWork, 'form'|'ticket'|'teams'|'people'|'me'|'words'> & {likely?: string[]}} Chosen `likely`: codes that come first
 */

import { choices } from './codes.js';
import { WITH } from './properties.js';

/** @type {Record<string, (work: Chosen) => Option[]>} */
const OPTIONS = {
  status: ({ words }) => words.statuses.map(({ key, name }) => [key, name]),
  with: () => [['', 'Not set'], ...Object.entries(WITH)],
  resolution: (work) => [['', 'None'], ...codes(work)],
  product: (work) => [['', 'No product'], ...products(work)],
  team: ({ teams }) => teams.map(({ team, name }) => [team, name]),
  assignee: (work) => [['', 'Unassigned'], [work.me.id, `${work.me.name} (you)`], ...colleagues(work)],
};

/** The properties that are chosen from a list. @param {string} name */
export const isChosen = (name) => name in OPTIONS;

/** The present value is always among them. @param {string} name @param {Chosen} work @returns {Option[]} */
export function optionsOf(name, work) {
  const value = work.form[name];
  const options = OPTIONS[name](work);
  if (options.some(([key]) => key === value)) return options;
  return [...options, [value, name === 'resolution' ? work.words.code(value) : value]];
}

/** @param {Chosen} work @returns {Option[]} */
function codes({ words, form, likely = [] }) {
  const open = choices(words.codes, { status: form.status, product: form.product });
  const found = open.filter(({ refused, key }) => !refused || key === form.resolution);
  const first = likely.flatMap((wanted) => found.filter(({ key }) => key === wanted));
  return [...new Set([...first, ...found])].map(({ key, name }) => [key, name]);
}

/** @param {Chosen} work @returns {Option[]} */
function products({ teams, form }) {
  return (teams.find(({ team }) => team === form.team)?.products ?? []).map((name) => [name, name]);
}

/** @param {Chosen} work @returns {Option[]} */
function colleagues({ people, form, ticket, me }) {
  const named = new Map(
    people.filter(({ teams }) => teams.includes(form.team)).map(({ staff, name }) => [staff, name]),
  );
  if (ticket?.assignee) named.set(ticket.assignee.id, ticket.assignee.name);
  named.delete(me.id);
  return [...named].sort(([, a], [, b]) => a.localeCompare(b));
}
