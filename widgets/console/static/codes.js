/**
 * Tells which resolution codes may be chosen, from the flags in the page. The server enforces the rules; this avoids a
 * refusal.
 *
 * @import { Code } from '../shared/types.js'
 */

/**
 * @param {Code[]} codes @param {{status: string, product: string, search?: string, chosen?: string, likely?: string[]}} at `likely`: the keys of those to show first
 * @returns {Array<Code & {refused: string|null}>} `refused`: why it cannot be chosen, in a sentence; those come last
 */
export function choices(codes, { status, product, search = '', chosen = '', likely = [] }) {
  const words = search.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  return codes
    .filter((code) => code.by_hand && (status !== 'fixed_pending_rca' || code.pending_rca))
    .filter(
      (code) =>
        code.key === chosen ||
        words.every((word) => `${code.name} ${code.meaning} ${code.group}`.toLocaleLowerCase().includes(word)),
    )
    .map((code) => ({ ...code, refused: refusal(code, product) }))
    .sort((a, b) => Number(Boolean(a.refused)) - Number(Boolean(b.refused)) || place(a, likely) - place(b, likely));
}

/** @param {Code} code @param {string[]} likely */
const place = ({ key }, likely) => (likely.includes(key) ? likely.indexOf(key) : likely.length);

/** @param {Code} code @param {string} product */
function refusal(code, product) {
  if (!code.only_product || code.only_product === product) return null;
  return `Only for ${code.only_product}. ${product ? `This is about ${product}.` : 'No product is set.'}`;
}

/**
 * The form as the fields of `chat.close` or a `PATCH`, with the faults that are certain without the server.
 * @param {{status: string, resolution: string, duplicate_of: string, workaround: string, product: string, subject: string}} values
 * @returns {{fields: Record<string, string|number>, wrong: Record<string, string>}}
 */
export function fieldsOf(values) {
  const { status, resolution } = values;
  /** @type {Record<string, string|number>} */
  const fields = { status };
  /** @type {Record<string, string>} */
  const wrong = {};
  const takesCode = status === 'solved' || status === 'fixed_pending_rca';
  if (takesCode && resolution) fields.resolution = resolution;
  if (status === 'solved' && !resolution) wrong.resolution = 'Choose a resolution code to solve this ticket.';
  if (takesCode && resolution === 'duplicate') {
    const number = Number(values.duplicate_of.trim().replace(/^#/u, ''));
    if (Number.isSafeInteger(number) && number > 0) fields.duplicate_of = number;
    else wrong.duplicate_of = 'Enter the number of the original ticket.';
  }
  if (status === 'fixed_pending_rca') {
    if (values.workaround.trim()) fields.workaround = values.workaround;
    else wrong.workaround = 'Add a workaround for the customer.';
  }
  if (values.product) fields.product = values.product;
  if (values.subject.trim()) fields.subject = values.subject.trim();
  return { fields, wrong };
}
