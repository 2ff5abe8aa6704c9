/** Base class of the parts of the ticket page. */

import { WorkPart } from './work-part.js';

/** @import { TicketWork } from './ticket-work.js' */

/** @extends {WorkPart<TicketWork>} */
export class TicketPart extends WorkPart {
  /** @type {unknown[]} */
  #drawn = [];

  /** What it draws: it is drawn again only when one of these has changed. Anything, unless a part says so. @returns {unknown[]} */
  get shows() {
    return [{}];
  }

  /** @override */
  shouldUpdate() {
    if (!super.shouldUpdate()) return false;
    const [before, now] = [this.#drawn, this.shows];
    this.#drawn = now;
    return now.some((value, at) => value !== before[at]);
  }
}
