/**
 * Properties of a ticket as a form: what was changed here, and what somebody else changed meanwhile. Pure.
 *
 * @import { Ticket } from '../shared/types.js'
 */

/** The properties that a person may change, in the order on the page. */
export const EDITABLE = [
  'status',
  'with',
  'external_ref',
  'resolution',
  'duplicate_of',
  'workaround',
  'finding',
  'product',
  'team',
  'assignee',
  'client',
  'participants',
  'subject',
];

/** Properties that a reply may set in the same step. */
export const WITH_REPLY = ['status', 'resolution', 'duplicate_of', 'with', 'workaround', 'finding'];

/** Flags of a ticket in words. @type {Record<string, string>} */
export const FLAGS = {
  no_address: 'No address',
  unreachable: 'Unreachable',
  confirmed: 'Confirmed, needs code',
  not_fixed: 'Customer says not fixed',
  needs_code: 'Needs a code',
  loop: 'Too much mail',
  letters_stopped: 'Emails stopped',
  returned: 'Back from snooze',
  fields_missing: 'Fields missing',
};

/** @type {Record<string, string>} */
export const NAMES = {
  status: 'Status',
  resolution: 'Resolution',
  duplicate_of: 'Duplicate of',
  workaround: 'Workaround',
  finding: 'Finding',
  product: 'Product',
  team: 'Team',
  assignee: 'Assignee',
  subject: 'Subject',
  with: 'With',
  external_ref: 'Reference',
  client: 'Client',
  participants: 'CC',
};

/** Values of `with`: who works on the ticket. @type {Record<string, string>} */
export const WITH = { support: 'Support', product: 'Product and development' };

/** A ticket as the text of its fields. A missing value is an empty text. @param {Ticket} ticket @returns {Record<string, string>} */
export function toForm(ticket) {
  return Object.fromEntries(EDITABLE.map((name) => [name, asText(name, ticket)]));
}

/** @param {string} name @param {Ticket} ticket */
function asText(name, ticket) {
  if (name === 'assignee') return ticket.assignee?.id ?? '';
  if (name === 'participants') return (ticket.participants ?? []).map(({ email }) => email).join(', ');
  return String(ticket[name] ?? '');
}

/**
 * The fields of the form at this status and code.
 * @param {Record<string, string>} form @param {string} [before] the status that is stored
 */
export function visible(form, before = form.status) {
  const takesCode = form.status === 'solved' || form.status === 'fixed_pending_rca';
  return new Set(
    EDITABLE.filter((name) => {
      if (name === 'with') return form.status === 'open';
      if (name === 'external_ref')
        return form.status === 'open' && (form.with === 'product' || Boolean(form.external_ref));
      if (name === 'resolution') return takesCode;
      if (name === 'duplicate_of') return takesCode && form.resolution === 'duplicate';
      if (name === 'workaround') return form.status === 'fixed_pending_rca' || Boolean(form.workaround);
      if (name === 'finding')
        return (before === 'fixed_pending_rca' && form.status === 'solved') || Boolean(form.finding);
      return true;
    }),
  );
}

/**
 * The `PATCH` for the changed fields. A field that the chosen status does not have is not sent: the server clears it.
 * @param {Ticket} ticket @param {Record<string, string>} form
 * @returns {Record<string, string|number|string[]|null>}
 */
export function changes(ticket, form) {
  const stored = toForm(ticket);
  const shown = visible(form, ticket.status);
  const changed = EDITABLE.filter((name) => shown.has(name) && form[name].trim() !== stored[name].trim());
  return Object.fromEntries(changed.map((name) => [name, asValue(name, form[name])]));
}

/** @param {string} name @param {string} text */
function asValue(name, text) {
  const trimmed = text.trim();
  if (name === 'participants') return trimmed.split(/[\s,;]+/u).filter(Boolean);
  if (!trimmed) return null;
  if (name !== 'duplicate_of') return trimmed;
  const number = Number(trimmed.replace(/^#/u, ''));
  return Number.isSafeInteger(number) && number > 0 ? number : trimmed;
}

/** Differences between two versions of a ticket. @param {Ticket} before @param {Ticket} after @returns {Array<{field: string, from: any, to: any}>} */
export function differences(before, after) {
  return EDITABLE.filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null)).map(
    (name) => ({ field: name, from: before[name] ?? null, to: after[name] ?? null }),
  );
}

/**
 * The form over a newer version: typed text stays, unchanged fields follow the ticket.
 * @param {Record<string, string>} form @param {Ticket} before @param {Ticket} after
 */
export function rebased(form, before, after) {
  const [untouched, fresh] = [toForm(before), toForm(after)];
  return Object.fromEntries(EDITABLE.map((name) => [name, form[name] === untouched[name] ? fresh[name] : form[name]]));
}
