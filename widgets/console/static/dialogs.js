/** The console's dialogs. Nobody needs them at once, so they are loaded after the rest (dialog-loader.js). */

import './block.js';
import './blocked.js';
import './chat-finder.js';
import './close.js';
import './key-sheet.js';
import './team-chats.js';
import './transfer.js';
