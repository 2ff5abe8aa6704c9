/** Views that are needed from the first message on, loaded then, and for whoever has written before. */

import '../shared/composition.js';
import './one-chunk.js';
export { tellTitles } from './attention.js';
export { Actions } from './actions.js';
export { ProblemBanner } from './problem-banner.js';
export { Back } from './back.js';
export { ConversationsView } from './conversations-view.js';
export { TicketTalks } from './ticket-talks.js';
export { TicketView } from './ticket-view.js';
export { UnreadPreview } from './unread-preview.js';
export { Conversation } from './conversation.js';
