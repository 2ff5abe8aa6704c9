/** A learning plan: where a reader without an account stopped in its videos. */

import './portal.js';
import { ofTheBrowser, showStopped } from './places.js';

showStopped(document, ofTheBrowser());
