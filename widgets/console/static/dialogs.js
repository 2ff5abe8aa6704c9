/** The console's dialogs, and what is below the list. They are loaded after everything else (dialog-loader.js). */

import './after-close-line.js';
import './block.js';
import './blocked.js';
import './close.js';
import './ended-list.js';
import './key-sheet.js';
import './search-palette.js';
import './team-chats.js';
import './ticket-sheet.js';
import './transfer.js';
