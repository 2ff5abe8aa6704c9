/** Says whether the floor is live, and the time that it shows. */

import { ANOTHER } from '../shared/client/connection.js';
import { span } from '../shared/moments.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { WorkPart } from './work-part.js';

/** @import { FloorWork } from './floor-work.js' */

/** Signed out, or the session was ended. */
const SIGN_IN = new Set([4001, 4010]);

/** @extends {WorkPart<FloorWork>} */
class FloorLine extends WorkPart {
  /** @override */
  render() {
    const { live, desk, times, floor } = this.work;
    const [dot, word] = live ? this.#live() : ['hollow', this.#lost()];
    const signIn = !live && SIGN_IN.has(desk.state.code ?? 0);
    // A screen on a wall has no reader of its own.
    const own = this.closest('.wall-head') ? '' : times.own(this.work.now());
    return html`<span class=${live ? 'live' : floor || signIn ? 'live lost' : 'live'}><span class=${`dot ${dot}`}></span><span role="status">${word}</span>${signIn ? html` <a class="link" href=${`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}>Sign in</a>` : nothing}</span><span class="quiet num">${times.head(this.work.now())}${own && ` (${own})`}</span>`;
  }

  #live() {
    const { floor, late, fault } = this.work;
    if (fault) return ['danger', fault];
    if (!floor) return ['hollow', 'Connecting'];
    return late ? ['warn', `No news for ${span(late)}`] : ['ok', 'Live'];
  }

  #lost() {
    const { floor, desk } = this.work;
    const { code, line } = desk.state;
    if (code === ANOTHER) return 'Someone else signed in here. Reload the page.';
    if (SIGN_IN.has(code ?? 0)) return 'Signed out. These figures are not current.';
    return floor || line !== 'connecting' ? 'No connection. These figures are not current.' : 'Connecting';
  }
}

customElements.define('floor-line', FloorLine);
