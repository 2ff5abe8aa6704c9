/** A desk with one ticket, and somebody's work on it. */

import { Drafts } from '../../../../widgets/shared/static/drafts.js';
import '../../support/served.js';

const { TicketWork } = await import('../../../../widgets/console/static/ticket-work.js');
const { SendAs } = await import('../../../../widgets/console/static/send-as.js');
const { vocabulary } = await import('../../../../widgets/shared/static/vocabulary.js');
export const { Refused } = await import('../../../../widgets/shared/static/http.js');

/** @import { TicketEvent } from '../../../../widgets/shared/static/client/types.js' */
/** @import { Me, Ticket } from '../../../../widgets/shared/static/types.js' */
/** @import { Told } from '../../../../widgets/shared/static/uploads.js' */

/** @type {Me} */
export const ME = { id: 'priya', name: 'Priya', email: 'priya@desk.example', role: 'agent', teams: ['media'] };
export const BO = { kind: /** @type {const} */ ('staff'), id: 'bo', name: 'Bo' };
const ANA = { kind: 'customer', id: 'ana', name: 'Ana' };
const STORED = {
  number: 7,
  status: 'open',
  product: 'Spectra',
  team: 'media',
  subject: 'Dates',
  version: 3,
  requester: { id: 'ana', name: 'Ana', email: 'ana@northlake.example' },
  transcript: [],
};

/** A live event of the ticket's own log. @param {number} seq @returns {TicketEvent} */
export const reply = (seq, more = {}) =>
  /** @type {TicketEvent} */ ({
    type: 'ticket.reply',
    ticket: 7,
    seq,
    prev: seq - 1,
    at: `2026-11-28T03:00:0${seq}.000Z`,
    from: ANA,
    text: `text ${seq}`,
    files: [],
    ...more,
  });

/** @param {object} more of the ticket @param {Error} [away] why nothing can be read */
export function desk(more = {}, away) {
  let stored = /** @type {Ticket} */ ({ .../** @type {object} */ (STORED), ...more });
  // Over HTTP the events are named without the ticket.
  for (const event of stored.transcript ?? []) event.type = event.type.replace('ticket.', '');
  /** @type {Array<{method: string, path: string, body: Record<string, unknown>|undefined, headers: Record<string, string>}>} */
  const asked = [];
  /** @type {Error[]} */
  const refusals = [];
  /** @type {string[]} */
  const told = [];
  /** @type {Told[]} */
  const posts = [];
  /** @type {() => void} */
  let meanwhile = () => {};
  let now = 1_000_000;
  const drafts = new Drafts('ticket.priya', null);
  const work = new TicketWork({
    ask: async (method, path, { body, headers = {} } = {}) => {
      const said = body && Object.fromEntries(Object.entries(body));
      asked.push({ method, path, body: said, headers });
      if (method !== 'GET') meanwhile();
      const refusal = method === 'GET' ? away : refusals.shift();
      if (refusal) throw refusal;
      if (path === '/api/hours') return { data: { teams: [{ team: 'media', name: 'Media' }] }, etag: null };
      if (path === '/api/staff') return { data: [{ staff: 'bo', name: 'Bo', teams: ['media'] }], etag: null };
      if (method === 'PATCH') stored = { ...stored, ...said, version: stored.version + 1 };
      return { data: stored, etag: `"${stored.version}"` };
    },
    number: 7,
    me: ME,
    words: vocabulary({ statuses: [] }),
    drafts,
    sendAs: new SendAs(ME.id, null),
    limits: () => ({ count: 2, size: 100, types: [] }),
    post: (_file, told_) => {
      posts.push(told_);
      return { abort: () => {} };
    },
    now: () => now,
  });
  for (const name of ['faulty', 'sent', 'leave', 'heard'])
    work.addEventListener(name, (event) =>
      told.push(event instanceof CustomEvent && name === 'leave' ? `${name} ${event.detail}` : name),
    );
  return {
    work,
    writing: work.writing,
    drafts,
    told,
    asked,
    refusals,
    last: () => asked.filter(({ method }) => method !== 'GET').at(-1),
    change: (/** @type {object} */ fields) => {
      stored = { ...stored, ...fields, version: stored.version + 1 };
    },
    during: (/** @type {() => void} */ act) => {
      meanwhile = act;
    },
    attach: (/** @type {string} */ name) =>
      work.writing.attached.add([new File(['text'], name, { type: 'text/plain' })]),
    uploaded: () => {
      for (const [at, { done }] of posts.splice(0).entries())
        done(201, { id: `f${at}`, name: 'a', type: 'text/plain', size: 4 });
    },
    pass: (/** @type {number} */ ms) => {
      now += ms;
    },
  };
}
