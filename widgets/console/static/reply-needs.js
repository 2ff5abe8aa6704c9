/**
 * What a reply must bring along so that the status it sets is not refused. Pure.
 *
 * @import { Field } from './custom-fields.js'
 * @import { Along } from './macro-words.js'
 * @import { Ticket } from '../shared/types.js'
 * @typedef {Pick<Ticket, 'status'|'team'|'product'|'custom_fields'> & {[text: string]: unknown}} Now
 * @typedef {{ticket: Now, form: Record<string, string>, status: string, along: Along & {team?: string}}} Reply `along`: what is sent besides
 * @typedef {{texts: string[], custom: Field[]}} Needs properties and custom fields that the ticket does not have yet
 */

import { takesCode } from './codes.js';
import { belongs } from './field-words.js';

/** Codes with which nobody worked on the ticket. */
const NEEDS_NOTHING = ['void', 'duplicate'];

/** @type {Record<string, string>} */
const MISSING = {
  duplicate_of: 'Enter the number of the original ticket.',
  workaround: 'Add a workaround for the customer.',
  finding: 'Write what was found, or why there is no finding.',
};

/** @param {Reply} reply @param {Field[]} fields of the desk @returns {Needs} */
export function needsOf({ ticket, form, status, along }, fields) {
  if (status === ticket.status) return { texts: [], custom: [] };
  const solves = status === 'solved';
  /** @type {Record<string, boolean>} */
  const needed = {
    duplicate_of: takesCode(status) && form.resolution === 'duplicate',
    workaround: status === 'fixed_pending_rca',
    finding: solves && ticket.status === 'fixed_pending_rca',
  };
  return {
    texts: Object.keys(needed).filter((name) => needed[name] && !ticket[name]),
    custom: fields.filter(
      (field) =>
        solves &&
        !NEEDS_NOTHING.includes(form.resolution) &&
        field.needed_to_solve &&
        !field.archived &&
        belongs(field, along.team ?? ticket.team, ticket.product) &&
        isEmpty(ticket.custom_fields?.[field.key]),
    ),
  };
}

/** @param {unknown} value */
const isEmpty = (value) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length);

/** A sentence for each field that is still empty, in the order in which they are filled in. @param {Reply} reply @param {Field[]} fields @returns {Record<string, string>} */
export function lacksOf(reply, fields) {
  const { texts, custom } = needsOf(reply, fields);
  const { ticket, form, status, along } = reply;
  const uncoded = status === 'solved' && status !== ticket.status && !form.resolution;
  return Object.fromEntries([
    ...(uncoded ? [['resolution', 'Choose a resolution code to solve this ticket.']] : []),
    ...texts.filter((name) => !form[name].trim()).map((name) => [name, MISSING[name]]),
    ...custom
      .filter(({ key }) => isEmpty(along.custom_fields?.[key]))
      .map(({ key, labels }) => [`custom_fields.${key}`, `Fill in ${labels.en} to solve the ticket.`]),
  ]);
}
