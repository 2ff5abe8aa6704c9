/** The Help Center's start page: it says if the desk is open and nobody is free, and has one Chat button in view. */

import './portal.js';
import './suggest.js';
import { the } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { t } from '../shared/words.js';
import { ChatButton, calling } from './chat-button.js';

/** @import { Team } from '../shared/types.js' */

const button = new ChatButton(calling);
new IntersectionObserver((entries) => button.seen(entries.at(-1)?.isIntersecting ?? false)).observe(the('chat'));

try {
  const { data } = await ask('GET', '/api/hours');
  /** @type {Team[]} */
  const open = data.teams.filter((/** @type {Team} */ team) => team.open);
  if (open.length && open.every(({ staffed }) => staffed === false)) {
    const dot = document.createElement('span');
    dot.className = 'dot hollow';
    the('now').replaceChildren(dot, t('Open, nobody free right now'));
  }
} catch {
  // The page has said what the hours file says.
}
