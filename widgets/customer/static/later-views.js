/** The views from the first message on: nobody needs them before, so that they are fetched then. */

export { Actions } from './actions.js';
export { Alarm } from './alarm.js';
export { ClosedChat } from './closed-chat.js';
export { UnreadPreview } from './unread-preview.js';
export { Queue } from './queue.js';
export { Conversation } from './conversation.js';
