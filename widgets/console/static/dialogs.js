/** The console's dialogs. They are loaded after everything else (dialog-loader.js). */

import './block.js';
import './blocked.js';
import './close.js';
import './key-sheet.js';
import './search-palette.js';
import './team-chats.js';
import './ticket-sheet.js';
import './transfer.js';
