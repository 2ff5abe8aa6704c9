/** Parts of the ticket page that nobody misses in its first second. */

import './assist-in-ticket.js';
import './canned-in-ticket.js';
import './mentions-in-ticket.js';
import './ticket-back.js';
import './ticket-followers.js';
import './ticket-issues.js';

export { opensPdfs } from './pdf-links.js';
export { linksIncidents } from './ticket-incident.js';
export { choosesTraining } from './ticket-training.js';
export { sortsTicket } from './ticket-merge.js';
export { walkFrom } from './ticket-walk.js';
