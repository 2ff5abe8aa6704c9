/** What a page can do without in the bar at first: the inbox, chats to review, new feedback, replies that were not sent, and that somebody was signed out. */

import './feedback-count.js';
import './inbox-bell.js';
import './left-lines.js';
import './review-count.js';
import './signed-out.js';
