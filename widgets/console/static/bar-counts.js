/** What a page can do without in the bar at first: the inbox, chats to review, new feedback, and replies that were not sent. */

import './feedback-count.js';
import './inbox-bell.js';
import './left-lines.js';
import './review-count.js';
