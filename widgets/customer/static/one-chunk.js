/**
 * Modules that the widget's first script and its later chunks share. Each chunk imports all of them, so that they are
 * packed as one file and not as one for each set of chunks that have some in common: small files compress badly.
 */

import '../shared/client/errors.js';
import '../shared/client/lazily.js';
import '../shared/connection-words.js';
import '../shared/dom.js';
import '../shared/hours.js';
import '../shared/asking.js';
import '../shared/moments.js';
import '../shared/pace.js';
import '../shared/parts.js';
import '../shared/people.js';
import '../shared/refusals.js';
import '../shared/vendor/lit-html.js';
import '../shared/vocabulary.js';
import '../shared/words.js';
import './later-style.js';
import './sentences.js';
import './widget-part.js';
