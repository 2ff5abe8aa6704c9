/** Says on every page of staff which replies were not sent when their pages were left. */

import { pageData } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { Refused, ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html } from '../shared/vendor/lit.js';
import { LeftReplies, isStored, settleDraft } from './left-replies.js';
import { lineOnPage } from './page-lines.js';

const { me } = pageData();
const left = new LeftReplies(me.id, localStore());

/** @param {number} number @returns {Promise<boolean|null>} null if it is not known */
async function stored(number) {
  const reply = left.of(number);
  if (!reply) return true;
  try {
    const { data } = await ask('GET', `/api/tickets/${number}`);
    if (!isStored(reply, data, me.id)) return false;
    settleDraft(new Drafts(`ticket.${me.id}`, localStore()), number, reply);
    left.drop(number);
    return true;
  } catch (why) {
    if (!(why instanceof Refused)) throw why;
    return why.status === 404 || why.status === 403 ? false : null;
  }
}

/** @param {number} number @param {boolean} known */
function draw(number, known) {
  const keep = () => {
    left.drop(number);
    line.remove();
  };
  const line = lineOnPage(
    html`${icon('circle-alert')}<b>${known ? `Your reply to #${number} was not sent.` : `Was your reply to #${number} sent?`}</b><a class="btn sm primary" href="/tickets/${number}">${known ? 'Open and send' : 'Look'}</a><button type="button" class="btn sm" @click=${keep}>Keep as draft</button>`,
  );
}

/** Tells of it once it can no longer be under way. @param {number} number */
async function tell(number) {
  const wait = (left.of(number)?.until ?? 0) - Date.now();
  if (wait > 0) return void setTimeout(() => void tell(number), wait);
  const found = await stored(number);
  if (found !== true) draw(number, found === false);
}

// The page of the ticket itself tells of it in the box.
for (const number of left.all) if (location.pathname !== `/tickets/${number}`) void tell(number);
