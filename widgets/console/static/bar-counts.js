/** The numbers in the bar that a page can do without at first: chats to review, new feedback. */

import './feedback-count.js';
import './review-count.js';
