/**
 * The form of a bulk change as a change of tickets. Pure.
 *
 * @typedef {Record<string, string>} Values the fields of the form; empty ones keep what the tickets have
 */

import { tagOf } from './triage.js';

export const NOBODY = 'nobody';
export const AWAKE = 'awake';

/** True if a ticket of this status may have a code. @param {string|undefined} status */
export const takesCode = (status) => status === 'solved' || status === 'fixed_pending_rca';

/** Words between commas as tags. @param {string|undefined} text */
const tagsIn = (text = '') => text.split(',').map(tagOf).filter(Boolean);

/** The status and what goes with it. @param {Values} values @returns {{change: Record<string, unknown>, wrong: Record<string, string>}} */
function outcomeOf({ status, resolution = '', duplicate_of: original = '', workaround = '' }) {
  /** @type {Record<string, unknown>} */
  const change = status ? { status } : {};
  /** @type {Record<string, string>} */
  const wrong = {};
  if (takesCode(status) && resolution) change.resolution = resolution;
  if (status === 'solved' && !resolution) wrong.resolution = 'Choose a resolution code to solve tickets.';
  if (change.resolution === 'duplicate') {
    const number = Number(original.trim().replace(/^#/u, ''));
    if (Number.isSafeInteger(number) && number > 0) change.duplicate_of = number;
    else wrong.duplicate_of = 'Enter the number of the original ticket.';
  }
  if (status === 'fixed_pending_rca') {
    if (workaround.trim()) change.workaround = workaround.trim();
    else wrong.workaround = 'Add a workaround for the customers.';
  }
  return { change, wrong };
}

/** @param {Values} values @param {Record<string, unknown>} [custom] values of custom fields @returns {{change: Record<string, unknown>, wrong: Record<string, string>}} */
export function changeOf(values, custom = {}) {
  const { change, wrong } = outcomeOf(values);
  if (values.assignee) change.assignee = values.assignee === NOBODY ? null : values.assignee;
  for (const name of ['team', 'priority']) if (values[name]) change[name] = values[name];
  for (const name of ['add_tags', 'remove_tags']) {
    const tags = tagsIn(values[name]);
    if (tags.length) change[name] = tags;
  }
  if (values.snoozed_until) change.snoozed_until = values.snoozed_until === AWAKE ? null : values.snoozed_until;
  if (Object.keys(custom).length) change.custom_fields = custom;
  if (!Object.keys(change).length) wrong.change = 'Choose what to change.';
  return { change, wrong };
}
