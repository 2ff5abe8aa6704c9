/** The mark of a VIP client, on a chat or a ticket. */

import { html, nothing } from '../shared/vendor/lit.js';

/** @param {{vip?: boolean}|null} of */
export const vipTag = (of) => (of?.vip ? html`<span class="tag vip">VIP</span>` : nothing);
