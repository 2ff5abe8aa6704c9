/** Base class of the parts of the ticket page. */

import { WorkPart } from './work-part.js';

/** @import { TicketWork } from './ticket-work.js' */

/** @extends {WorkPart<TicketWork>} */
export class TicketPart extends WorkPart {
  /** @type {unknown[]} */
  #drawn = [];

  /** The values that the part draws: it is redrawn only if one of these has changed. By default it is always redrawn. @returns {unknown[]} */
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
