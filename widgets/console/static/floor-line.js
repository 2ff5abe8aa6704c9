/** Says whether the floor is live, and the time that it shows. */

import { html } from '../shared/vendor/lit.js';
import { span } from '../shared/moments.js';
import { WorkPart } from './work-part.js';

/** @import { FloorWork } from './floor-work.js' */

const DAY = new Intl.DateTimeFormat('en-US', { weekday: 'long', month: 'short', day: 'numeric' });
const TIME = new Intl.DateTimeFormat('en-US', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'shortGeneric',
});

/** @extends {WorkPart<FloorWork>} */
class FloorLine extends WorkPart {
  /** @override */
  render() {
    const { floor, live, late, fault } = this.work;
    const [dot, word] = !live
      ? ['hollow', 'No connection. These figures are not current.']
      : fault
        ? ['danger', fault]
        : !floor
          ? ['hollow', 'Connecting']
          : late
            ? ['warn', `No news for ${span(late)}`]
            : ['ok', 'Live'];
    const now = this.work.now();
    return html`<span class="live"><span class=${`dot ${dot}`}></span><span role="status">${word}</span></span><span class="quiet num">${DAY.format(now)}, ${TIME.format(now)}</span>`;
  }
}

customElements.define('floor-line', FloorLine);
