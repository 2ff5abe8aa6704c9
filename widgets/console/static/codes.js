/**
 * Tells which resolution codes may be chosen, from the flags in the page. The server enforces the rules; this avoids a
 * refusal.
 *
 * @import { Code } from '../shared/types.js'
 */

/**
 * @param {Code[]} codes @param {{status: string, product: string}} at
 * @returns {Choice[]} `refused`: why it cannot be chosen, in a sentence; those come last
 */
export function choices(codes, { status, product }) {
  if (!takesCode(status)) return [];
  return codes
    .filter((code) => code.by_hand && (status !== 'fixed_pending_rca' || code.pending_rca))
    .map((code) => ({ ...code, refused: refusal(code, product) }))
    .sort((a, b) => Number(Boolean(a.refused)) - Number(Boolean(b.refused)));
}

/** True if a ticket of this status may have a code. @param {string} status */
export const takesCode = (status) => status === 'solved' || status === 'fixed_pending_rca';

/** @typedef {Code & {refused: string|null}} Choice */
/** @param {Code} code @param {string} product */
function refusal(code, product) {
  if (!code.only_product || code.only_product === product) return null;
  return `Only for ${code.only_product}. ${product ? `This is about ${product}.` : 'No product is set.'}`;
}

/** @typedef {{status: string, resolution: string, duplicate_of: string, workaround: string, product: string, subject: string, team?: string, assignee?: string, note?: string, priority?: string, add_tags?: string}} Values */

/**
 * The form as the fields of `chat.close` or a `PATCH`, with the faults that are certain without the server.
 * @param {Values} values
 * @returns {{fields: Record<string, string|number>, wrong: Record<string, string>}}
 */
export function fieldsOf(values) {
  const { status, resolution } = values;
  /** @type {Record<string, string|number>} */
  const fields = { status };
  /** @type {Record<string, string>} */
  const wrong = {};
  const coded = takesCode(status) && resolution !== '';
  if (coded) fields.resolution = resolution;
  if (status === 'solved' && !resolution) wrong.resolution = 'Choose a resolution code to solve this ticket.';
  if (coded && resolution === 'duplicate') {
    const number = Number(values.duplicate_of.trim().replace(/^#/u, ''));
    if (Number.isSafeInteger(number) && number > 0) fields.duplicate_of = number;
    else wrong.duplicate_of = 'Choose the original ticket.';
  }
  if (status === 'fixed_pending_rca') {
    if (values.workaround.trim()) fields.workaround = values.workaround;
    else wrong.workaround = 'Add a workaround for the customer.';
  }
  if (values.product) fields.product = values.product;
  if (values.subject.trim()) fields.subject = values.subject.trim();
  for (const name of /** @type {const} */ (['team', 'assignee'])) if (values[name]) fields[name] = values[name] ?? '';
  if (values.note?.trim()) fields.note = values.note;
  return { fields, wrong };
}
