/**
 * Offered chats, above the agent's own: customer, time left, Accept and Decline. Screen readers announce each once.
 *
 * @import { Offer } from './offers.js'
 */

import { timer } from '../shared/moments.js';
import { picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { teamWait, waitOf } from './queue-waits.js';
import { vipTag } from './vip-tag.js';
import { Part } from './work-part.js';

class OfferList extends Part {
  /** @override */
  render() {
    const { all, open } = this.work.handovers.offers;
    const [newest] = open.slice(-1);
    return html`<ul class="offers" aria-label="Offered to you" ?hidden=${!all.length}>${repeat(
      all,
      ({ about }) => about.chat,
      (offer) => this.#offer(offer),
    )}</ul>
      <p class="sr" role="alert">${newest ? `New chat offer: ${newest.about.customer.name ?? NAMELESS}, ${this.work.teamName(newest.about.team)}` : nothing}</p>`;
  }

  /** @param {Offer} offer */
  #offer({ about, until, whole, why, busy }) {
    const now = this.work.now();
    const name = about.customer.name ?? NAMELESS;
    const left = Math.max(0, until - now);
    const facts = [this.work.teamName(about.team), about.product, `waited ${timer(waitOf(about, now))}`]
      .filter(Boolean)
      .join(', ');
    return html`<li class=${why ? 'offer gone' : 'offer'}>
      ${picture({ id: about.customer.id, name: about.customer.name })}
      <span class="two"><span class="who-line"><b class="cut" dir="auto">${name}</b>${vipTag(about)}</span><small title=${teamWait(about, this.work.teamName(about.team), now) ?? nothing}>${why || facts}</small></span>
      ${
        why
          ? nothing
          : html`<span class="btns"><button type="button" class="btn sm" aria-keyshortcuts="p" ?disabled=${busy} @click=${() => this.work.handovers.decline(about.chat)}>Decline<span class="sr"> ${name}</span></button><button type="button" class="btn sm primary" aria-keyshortcuts="a" ?disabled=${busy} @click=${() => this.work.handovers.accept(about.chat)}>Accept<span class="sr"> ${name}</span> <span class="keys" aria-hidden="true">A</span></button></span>
        <progress max=${Math.ceil(whole / 1000)} value=${Math.ceil(left / 1000)} aria-label=${`${Math.ceil(left / 1000)} seconds left`}></progress>`
      }
    </li>`;
  }
}

customElements.define('offer-list', OfferList);
