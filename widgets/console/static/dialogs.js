/** The console's dialogs, canned replies, what is below the list, messages about chats that left, unsent texts, the banner about an incident, the links to PDFs, and numbers in the bar. They are loaded after everything else (dialog-loader.js). */

import './after-close-line.js';
import './assist-in-chat.js';
import './bar-counts.js';
import './block.js';
import './blocked.js';
import './canned-in-chat.js';
import { offerCommands } from './chat-commands.js';
import './close.js';
import './customer-notes.js';
import './ended-list.js';
import './key-sheet.js';
import './mentions-in-chat.js';
import './parting-list.js';
import { opensPdfs } from './pdf-links.js';
import './search-palette.js';
import './system-banner.js';
import './team-chats.js';
import './ticket-sheet.js';
import './transfer.js';
import './unsent-list.js';
import './writing-aids.js';

opensPdfs();
offerCommands();
