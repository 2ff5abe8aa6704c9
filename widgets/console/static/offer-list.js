/**
 * Offered chats, above the agent's own: customer, time left, Accept and Pass. Screen readers announce each once.
 *
 * @import { Offer } from './offers.js'
 */

import { picture } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { announced, offerFacts, secondsLeft } from './offer-words.js';
import { teamWait } from './queue-waits.js';
import { vipTag } from './vip-tag.js';
import { nameOf } from './visitor.js';
import { Part } from './work-part.js';

class OfferList extends Part {
  /** @override */
  render() {
    const { all, open } = this.work.handovers.offers;
    return html`<ul class="offers" aria-label="Offered to you" ?hidden=${!all.length}>${repeat(
      all,
      ({ about }) => about.chat,
      (offer) => this.#offer(offer),
    )}</ul>
      <p class="sr" role="alert">${announced(open.at(-1), (team) => this.work.teamName(team))}</p>`;
  }

  /** @param {Offer} offer */
  #offer(offer) {
    const { about, until, whole, words, why, busy } = offer;
    const now = this.work.now();
    const name = nameOf(about);
    const left = secondsLeft(until, now);
    const facts = offerFacts(offer, this.work.teamName(about.team), now);
    return html`<li class=${why ? 'offer gone' : 'offer'}>
      ${picture({ id: about.customer.id, name: about.customer.name })}
      <span class="two"><span class="who-line"><b class="cut" dir="auto">${name}</b>${vipTag(about)}</span><small title=${teamWait(about, this.work.teamName(about.team), now) ?? nothing}>${why || facts}</small></span>
      ${
        why
          ? nothing
          : html`${words ? html`<p class="words" dir="auto" lang=${about.locale ?? nothing}>${words}</p>` : nothing}<span class="btns"><button type="button" class="btn sm" aria-keyshortcuts="p" ?disabled=${busy} @click=${() => this.work.handovers.decline(about.chat)}>Pass<span class="sr"> on ${name}</span> <kbd class="kbd" aria-hidden="true">P</kbd></button><button type="button" class="btn sm primary" aria-keyshortcuts="a" ?disabled=${busy} @click=${() => this.work.handovers.accept(about.chat)}>Accept<span class="sr"> ${name}</span> <span class="keys" aria-hidden="true">A</span></button></span>
        <progress max=${Math.ceil(whole / 1000)} value=${left} aria-label=${`${left} seconds left`}></progress>`
      }
    </li>`;
  }
}

customElements.define('offer-list', OfferList);
