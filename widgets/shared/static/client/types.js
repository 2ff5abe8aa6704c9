/**
 * Types of the client library. Nothing here runs.
 *
 * @typedef {Record<string, any>} Fields what a command carries besides `type` and `id`
 * @typedef {Record<string, any> & {type: string}} Frame one JSON object on the wire
 * @typedef {Frame & {chat: string, seq: number, prev: number, at: string, from: Sender, id?: string}} Durable an event that is stored
 * @typedef {Frame & {ticket: number, seq: number, prev: number, at: string, from: Sender}} TicketEvent an event of a ticket's own: `ticket.reply`, `ticket.note`, `ticket.redacted`
 * @typedef {{ticket: number, status: string, seq: number, unread: number, last: {seq: number, at: string, from: Sender, text: string|null}|null}} TicketState
 *   `last`: the start of the newest event; null where it is not known yet; its `text` null if it was redacted
 * @typedef {{kind: 'customer'|'staff'|'system', id: string|null, name: string|null, verified?: boolean}} Sender
 * @typedef {Record<string, any>} Ok an `ok` of the server
 * @typedef {{type: string, fields: Fields}} Command
 *
 * @typedef {{code: string, message: string, fields?: Record<string, string>, retry_after_s?: number} & Record<string, any>} Refusal
 *   an `error` of the server, or one of the library's own: `held` (an earlier message of the chat was not sent; `by` is its id),
 *   `discarded`, `unavailable` with `local: true` (there is no line)
 *
 * @typedef {'connecting'|'live'|'waiting'|'stopped'} LineName
 * @typedef {{line: LineName, retryAt: number|null, since: number, code: number|null, doubted: boolean}} LineState
 *   `retryAt`, `since`: ms; `code`: how the last connection was closed, null once a new one is live; `doubted`: it is live, the
 *   browser says that there is no network, and nothing was heard since
 * @typedef {LineState & {leader: boolean}} DeskState `leader`: this tab holds the socket
 *
 * @typedef {{id: string, type: string, fields: Fields, status: 'sending'|'failed', refusal: Refusal|null, at: number, as?: string}} Entry
 *   a durable command that is not acknowledged. `refusal` on one that is `sending`: the last try was put off by the
 *   server (`unavailable`, `rate_limited`) or waits for a proof (`proof_needed`), and is repeated by itself. `at`: ms, when it was given. `as`: the
 *   visitor as whom it was written, and as nobody else is it sent
 * @typedef {'token'|'guest'} Slot under which name their token is kept: `guest` where this browser is an account's, and nobody has proven it
 *
 * @typedef {'resume'|'watch'} Way how a chat is followed: as who takes part, or as a supervisor who listens in
 *
 * @typedef {Object} Socket what of a WebSocket is used, whether it is one or not
 * @property {number} [readyState] 2 and 3: closing and closed
 * @property {(() => void)|null} onopen
 * @property {((event: {data: string}) => void)|null} onmessage
 * @property {((event: {code: number}) => void)|null} onclose
 * @property {(() => void)|null} onerror
 * @property {(text: string) => void} send
 * @property {() => void} close
 *
 * @typedef {Object} Env what the library takes from the browser; tests put their own in its place
 * @property {new (url: string, protocols: string[]) => Socket} WebSocket
 * @property {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @property {(challenge: {challenge: string, bits: number, site_key?: string}) => Promise<string>} prove answers the challenge of `proof_needed`
 * @property {() => number} now ms
 * @property {(run: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} random at least 0, below 1
 * @property {() => boolean} online false: the browser is sure that there is no network
 * @property {{request: (name: string, options: LockOptions, held: () => unknown) => Promise<unknown>}|null} locks
 * @property {(new (name: string) => BroadcastChannel)|null} BroadcastChannel
 * @property {EventTarget|null} window
 * @property {(EventTarget & {visibilityState: string})|null} document
 * @property {(ok: Ok) => boolean} [another] is that `hello` answered to somebody else than whose page it is? Then the line stops (`ANOTHER`)
 *
 * @typedef {{kind: 'ask', fresh: boolean}
 *   | {kind: 'nudge', eager: boolean}
 *   | {kind: 'commit', entry: Entry}
 *   | {kind: 'retry', entry: Entry}
 *   | {kind: 'discard', id: string}
 *   | {kind: 'send', id: string, command: Command}
 *   | {kind: 'cast', command: Command}
 *   | {kind: 'resume', chat: string, after: number, way: Way}
 *   | {kind: 'identify', identity: string|null}
 *   | {kind: 'forget', id: string, fresh: boolean}} Request what a tab asks of the one that holds the socket
 *
 * @typedef {{kind: 'state', state: LineState, leader: string}
 *   | {kind: 'hello', ok: Ok, session: string, identity: string|null, slot?: Slot}
 *   | {kind: 'event', frame: Durable}
 *   | {kind: 'news', frame: Frame}
 *   | {kind: 'answer', frame: Frame, command: Command}
 *   | {kind: 'entry', entry: Entry}
 *   | {kind: 'gone', id: string, ok: Ok|null}
 *   | {kind: 'identified', identity: string|null}
 *   | {kind: 'afresh'}
 *   | {kind: 'error', refusal: Refusal}
 *   | {kind: 'forgotten', id: string}} Notice what the tab that holds the socket tells all. `afresh`: the server wants all reloaded
 *
 * @typedef {Object} DeskOptions
 * @property {'customer'|'staff'} role
 * @property {string} url `/ws/customer` or `/ws/staff`; made absolute from the page's address
 * @property {string} scope prefix in the storage, name of lock and channel; staff pages put the user's id in it
 * @property {() => Fields} [hello] further fields of the `hello` frame; those that are null or undefined are left out
 * @property {boolean} [held] what happens is told from `tell` on, and not before: nobody listens yet
 * @property {import('./storage.js').StorageLike|null} [storage] null where it is blocked: then all is kept as long as a page lives
 * @property {Partial<Env>} [env] for tests
 *
 * @typedef {Object} Events what `on` can listen to
 * @property {(state: DeskState) => void} state
 * @property {(ok: Ok) => void} hello after each reconnect, and after each proof of who the customer is, too
 * @property {(frame: Durable, about: {chat: string, replay: boolean}) => void} event durable ones, once, in order; one's own too
 * @property {(frame: Frame) => void} news what is not durable
 * @property {(tickets: TicketState[]) => void} tickets the list of the person's tickets, or the state of one
 * @property {(frame: TicketEvent, about: {ticket: number, replay: boolean}) => void} ticket the own events of followed tickets, once, in order
 * @property {(ticket: number) => void} ticketWhole all past events of it were delivered
 * @property {(ticket: number) => void} ticketReset the events of this ticket come again from the first: forget what is shown of it
 * @property {(entries: Entry[]) => void} outbox
 * @property {(ok: Ok) => void} resumed the `ok` to a resume, with its `chat`
 * @property {(chat: string) => void} reset the events of this chat come again from the first: forget what is shown of it
 * @property {(error: import('./errors.js').DeskError) => void} error a refusal that no promise tells of
 * @property {() => void} forgotten somebody signed out, or somebody else signed in: nothing that is shown is the reader's any longer
 */

export {};
