/**
 * What the sheet acts on: an open chat, which it closes, or the ticket of a chat that is over, which it changes.
 *
 * @import { Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { AgentWork } from './agent-work.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {Record<string, string|number|object>} Fields
 * @typedef {{kind: 'chat'|'ticket', chat: string, number: number|null, name: string|null, requester: string|null, email: string|null, reachable: boolean,
 *   keeper: (team: string) => string|null, title: string, about: string, fault: string, values: {product: string, subject: string, team: string, resolution?: string}, custom: Record<string, unknown>|null,
 *   label: (status: string, words: Vocabulary|null) => string, send: (fields: Fields, seen: number) => Promise<{ticket: number}>}} Target
 *   `keeper`: the assignee of the ticket unless one is chosen; `custom`: custom fields of the ticket, null if they are not known; `fault`: why something is missing; `send`: `seen` is the last `seq` that the agent has seen
 */

import { Refused } from '../shared/http.js';
import { NAMELESS } from '../shared/people.js';

const SUBJECT_MAX = 200;
/** Changes that an agent wants to know of before they save. A rating, for instance, is none. @type {Array<keyof Ticket>} */
const MATTERS = ['status', 'resolution', 'assignee', 'team', 'product', 'subject', 'waiting_since', 'flags'];
/** Labels of the button, where "Close as" with the status would mislead. @type {Record<string, string>} */
const CLOSE_WORDS = { open: 'Close, keep ticket open', awaiting_reply: 'Close, waiting for customer' };

/** Somebody else has changed the ticket meanwhile. */
export class Stale extends Error {
  /** @param {Ticket} ticket as it is now */
  constructor(ticket) {
    super('The ticket was changed meanwhile.');
    this.ticket = ticket;
  }

  /** @param {(status: string) => string} name */
  sentence(name) {
    const { number, status, assignee } = this.ticket;
    const whose = assignee ? `, ${assignee.name} has it` : '';
    return `#${number} was changed meanwhile: it is ${name(status)} now${whose}. Save again to change it anyway.`;
  }
}

/** @param {Ticket|null} before @param {Ticket} now */
const differs = (before, now) => {
  const [known, found] = [before, now].map((one) => MATTERS.map((name) => JSON.stringify(one?.[name])).join());
  return known !== found;
};

/** The subject that the server would use by default. @param {{about: import('../shared/types.js').About|null, firstLine: string}} chat */
export const subjectOf = ({ about, firstLine }) => (about?.subject ?? firstLine).slice(0, SUBJECT_MAX);

/** @param {AgentWork} work @param {string} chat @param {Ask} ask @returns {Promise<Target|null>} null if there is nothing to close */
export async function targetOf(work, chat, ask) {
  const held = work.chats.of(chat);
  if (work.endings.closable && held.about) return openChat(work, chat, held.about);
  const number = work.endings.codable;
  return number === null ? null : endedChat(work, chat, number, ask);
}

/** @param {AgentWork} work @param {string} chat @param {import('../shared/types.js').About & {ticket?: number|null}} about @returns {Target} */
function openChat(work, chat, about) {
  const { customer, product, team, ticket } = about;
  return {
    kind: 'chat',
    chat,
    number: null,
    name: customer.name,
    requester: customer.id,
    email: customer.email ?? null,
    reachable: Boolean(customer.email),
    keeper: (to) => keeperOf(work, chat, to),
    title: `Close the chat with ${customer.name ?? NAMELESS}`,
    about: ticket ? `It becomes part of ticket #${ticket}.` : 'This creates a ticket.',
    fault: '',
    values: { product: product ?? '', subject: subjectOf(work.chats.of(chat)), team },
    custom: ticket ? null : {},
    label: (status, words) => CLOSE_WORDS[status] ?? `Close as ${words?.status(status)}`,
    send: async (fields, seen) => {
      const { team: to, ...others } = fields;
      const ok = await work.commit('chat.close', { ...others, ...(to === team ? {} : { team: to }), chat, seen });
      return { ticket: ok.ticket };
    },
  };
}

/** Who keeps the ticket of a chat: its agent, if they can open it there. @param {AgentWork} work @param {string} chat @param {string} to the ticket's team */
function keeperOf({ chats, me }, chat, to) {
  const { held, by, team } = chats.of(chat);
  if (!held) return to === team ? by : null;
  return chats.teams.has(to) ? `${me.name} (you)` : null;
}

/** @param {AgentWork} work @param {string} chat @param {number} number @param {Ask} ask @returns {Promise<Target>} */
async function endedChat(work, chat, number, ask) {
  const address = `/api/tickets/${number}`;
  let tag = '';
  const read = async () => {
    const { data, etag } = await ask('GET', address);
    tag = etag ?? `"${data.version}"`;
    return /** @type {Ticket} */ (data);
  };
  /** @type {Ticket|null} */
  let ticket = null;
  let fault = '';
  try {
    ticket = await read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fault = error.message;
  }
  const known = work.endings.uncoded.of(chat)?.customer ?? work.chats.of(chat).about?.customer;
  const name = ticket?.requester?.name ?? known?.name ?? null;
  return {
    kind: 'ticket',
    chat,
    number,
    name,
    requester: ticket?.requester?.id ?? known?.id ?? null,
    email: ticket?.requester?.email ?? null,
    reachable: Boolean(ticket?.requester?.email),
    keeper: () => 'Unchanged',
    title: `Choose a code for ${name ?? NAMELESS}`,
    about: `The chat has ended. This changes ticket #${number}.`,
    fault,
    values: {
      product: ticket?.product ?? '',
      subject: ticket?.subject ?? '',
      team: ticket?.team ?? work.chats.of(chat).team,
      resolution: ticket?.resolution ?? '',
    },
    custom: ticket && (ticket.custom_fields ?? {}),
    label: (status, words) => (status === 'open' ? 'Leave it open' : `Save as ${words?.status(status)}`),
    send: async (fields) => {
      if (!tag) ticket = await read();
      const { team: to, ...others } = fields;
      const body = { ...others, ...(to === ticket?.team ? {} : { team: to }) };
      const save = () => ask('PATCH', address, { body, headers: { 'If-Match': tag } });
      try {
        await save();
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 412) throw error;
        const now = await read();
        if (differs(ticket, now)) throw new Stale(now);
        await save();
      }
      return { ticket: number };
    },
  };
}
