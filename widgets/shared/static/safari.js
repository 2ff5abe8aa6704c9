/** What the pages of staff need in Safari only. */

import { focusClicked } from './clicked-focus.js';
import './composition.js';

// On a touch screen the focus stays in the text box, and so does the keyboard.
if (matchMedia('(hover: hover)').matches) addEventListener('mousedown', focusClicked);
