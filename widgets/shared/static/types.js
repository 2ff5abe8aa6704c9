/**
 * Types of the server's answers. Nothing here runs.
 *
 * @typedef {{team: string, name: string, topic?: string, topics?: Record<string, string>, default?: boolean, typing_preview?: boolean, products: string[], open: boolean, staffed?: boolean, identity?: string, opens_at: string|null, closes_at: string|null,
 *   closure?: string|null, waiting: number, wait_s: number|null, assign?: string, wait_target_s?: number, first_reply_s?: number,
 *   next_reply_s?: number, wrap_up_s?: number}} Team as in `/api/hours`; the last five for staff
 * @typedef {{id: string, name: string|null, email: string|null, verified: boolean, client: string|null}} Customer
 * @typedef {{chat: string, state: string, team: string, seq: number, customer: Customer, product: string|null, subject: string|null,
 *   page: string|null, referrer: string|null, locale: string|null, timezone: string|null, user_agent: string|null, started_at: string,
 *   assigned_at: string|null, last_at: string, unread: number, reply_owed_since: string|null,
 *   waiting_since: string|null, vip: boolean, came_back: boolean, words?: string|null}} About what staff are told of a chat
 * @typedef {{team: string, waiting: number, longest_wait_s: number, queued_s?: number, available?: number, free_seats?: number, next?: string|null}} Queue `next`: the chat at its head
 * @typedef {{staff: string, name: string, teams: string[], status: string, reason: string|null, since: string, connected: boolean, held: number, capacity: number,
 *   free: number, paused: string[], languages?: string[]}} Colleague as in `/api/staff`; `languages`: codes
 * @typedef {{id: string, name: string, email: string, role: string, teams: string[]}} Me who is signed in
 * @typedef {{at: string, by: string|{kind?: string, id?: string|null, name?: string|null}|null, field: string, from: any, to: any}} Change a line of a ticket's history
 * @typedef {{reminder_1: string|null, reminder_2: string|null, auto_solve: string|null, reopen_until: string|null}} Promised what the waiting clock will do
 * @typedef {{number: number, status: string, resolution: string|null, duplicate_of: number|null, workaround: string|null, finding: string|null,
 *   product: string|null, team: string, subject: string|null, client: string|null, vip?: boolean, channel: string, version: number,
 *   requester: {id: string|null, name: string|null, email: string|null, verified?: boolean}|null, assignee: {id: string, name: string}|null,
 *   created_at: string, updated_at: string, waiting_since: string|null, closed_at: string|null, reopen_until: string|null, promise?: Promised,
 *   participants: Array<{name: string|null, email: string|null}>, flags: string[], rating: number|null, duplicates?: number[], priority?: string, tags?: string[], snoozed_until?: string|null, custom_fields?: Record<string, unknown>, sla?: Array<{metric: string, due: string|null, warn_at: string|null, met_at: string|null, breached: boolean}>,
 *   follow_up_of: number|null, transcript?: import('./client/types.js').Durable[], history?: Change[], [more: string]: any}} Ticket
 * @typedef {{key: string, name: string}} StatusWord
 * @typedef {{key: string, name: string, meaning: string, group: string, pending_rca: boolean, by_hand: boolean, only_product: string|null, hands_over?: boolean}} Code
 */

export {};
