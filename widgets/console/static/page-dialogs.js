/** The dialogs of every staff page. They are loaded when they are first needed. */

import './key-sheet.js';
import './search-palette.js';
