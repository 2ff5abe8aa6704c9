/**
 * Tells somebody whose session has ended, on every page of staff, and goes on once they are back. They sign in in another
 * tab: what was typed in this one stays.
 *
 * @import { AgentWork } from './agent-work.js'
 * @import { DeskState } from '../shared/client/types.js'
 * @import { Refused } from '../shared/http.js'
 */

import { pageData } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html } from '../shared/vendor/lit.js';
import { lineOnPage } from './page-lines.js';
import { SIGNED_OUT, endsSession, saysSignedOut } from './session-words.js';

const { me } = pageData();
/** Somebody who is only an admin has no chats. */
const desk = /** @type {{work?: AgentWork}|null} */ (document.getElementById('chat-count'))?.work?.desk;
/** The console says it among its banners. */
const banners = document.getElementById('banners-part');
let out = false;
/** @type {HTMLElement|null} */
let line = null;

/** @param {unknown} said */
function tell(said) {
  line?.remove();
  line = lineOnPage(said);
}

function ended() {
  out = true;
  if (banners || line?.checkVisibility()) return;
  const next = encodeURIComponent(location.pathname + location.search);
  tell(
    html`${icon('circle-alert')}<span><b>You were signed out.</b> What you typed is still here. Sign in in a new tab, then come back and try again.</span><a class="btn sm primary" href="/sign-in?next=${next}" target="_blank">Sign in</a>`,
  );
}

function back() {
  out = false;
  line?.remove();
}

/** Whoever comes back to this tab may have signed in. */
async function look() {
  if (!out) return;
  const { id } = await ask('GET', '/api/me').then(
    ({ data }) => data,
    () => ({}),
  );
  if (!id) return;
  back();
  if (id === me.id) desk?.start();
  else
    tell(
      html`${icon('user-x')}<span><b>Someone else signed in here.</b> Copy what you need, then reload the page.</span><button type="button" class="btn sm" @click=${() => location.reload()}>Reload</button>`,
    );
}

addEventListener('unauthorized', (event) => {
  const why = /** @type {CustomEvent<Refused>} */ (event).detail;
  if (!saysSignedOut(why.message)) return;
  why.message = SIGNED_OUT;
  ended();
});
addEventListener('focus', () => void look());
// The code stays while the line is tried again.
desk?.on('state', (/** @type {DeskState} */ state) => {
  if (state.line === 'stopped' && endsSession(state.code)) ended();
  else if (state.line === 'live' && out) back();
});
