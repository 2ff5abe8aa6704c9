/** What a page can do without in the bar at first: the inbox, chats to review, new feedback. */

import './feedback-count.js';
import './inbox-bell.js';
import './review-count.js';
