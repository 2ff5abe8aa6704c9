/**
 * Types that the widget's modules share. Nothing here runs.
 *
 * @import { Durable, Sender } from '../shared/client/types.js'
 *
 * @typedef {'opening'|'list'|'form'|'talk'|'ticket'|'unconfirmed'} View
 * @typedef {{uploads: import('../shared/uploads.js').Uploads, tray: () => unknown, ring: (event: DragEvent) => void}} FormFiles `tray` draws them, or what is accepted;
 *   `ring` shows where they may be dropped
 * @typedef {'form'|'line'|'text'|'files'|'rating'} Place where on the screen a refusal is shown
 * @typedef {'text'|'team'|'files'|'email'|'address'|'score'} Field
 * @typedef {{at: Place, sentence: string, field?: Field}} Wrong `field`: the field with the fault
 *
 * @typedef {Object} Events what `Chat.on` can listen to
 * @property {() => void} change something on the screen has to be redrawn
 * @property {() => void} fresh another conversation, or none: clear what is shown of the last one
 * @property {() => void} draft text was added to the box
 * @property {(frame: Durable, live: boolean) => void} told a durable event of this chat, in order
 * @property {() => void} ending ask the customer whether to end the chat
 * @property {() => void} whole the whole history has been delivered
 * @property {() => void} ticketFresh another ticket, or its whole story anew
 * @property {(frame: Durable, live: boolean) => void} ticketTold an event of the ticket that is shown, once its past was told
 * @property {(sender: Sender|null) => void} typing the person who is typing on the other side
 * @property {(field: Field) => void} refused move the focus to this field
 */

export {};
