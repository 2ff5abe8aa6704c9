/**
 * An offered chat on the staff pages without a list of chats: a card in a corner that covers no field in use. One at a
 * time, the one that expires first. Screen readers announce each once.
 *
 * @import { Offer } from './offers.js'
 */

import { picture } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { freeCorner } from './free-corner.js';
import { announced, offerFacts, secondsLeft, thenWords } from './offer-words.js';
import { teamWait } from './queue-waits.js';
import { vipTag } from './vip-tag.js';
import { nameOf } from './visitor.js';
import { Part } from './work-part.js';

const FIELDS = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

class OfferCard extends Part {
  /** @override */
  connectedCallback() {
    super.connectedCallback();
    for (const sign of ['focusin', 'focusout', 'resize']) addEventListener(sign, () => this.#place());
  }

  /** @override */
  updated() {
    this.#place();
  }

  /** @override */
  render() {
    const { all, open } = this.work.handovers.offers;
    const offer = open[0] ?? all[0];
    return html`<section class="offer-card" aria-label="Offered chat" ?hidden=${!offer}>${offer ? this.#offer(offer, open.length - 1) : nothing}</section>
      <p class="sr" role="alert">${announced(open.at(-1), (team) => this.work.teamName(team))}</p>`;
  }

  /** @param {Offer} offer @param {number} others */
  #offer(offer, others) {
    const { about, until, whole, words, why, busy } = offer;
    const now = this.work.now();
    const name = nameOf(about);
    const team = this.work.teamName(about.team);
    const { handovers } = this.work;
    return html`${picture({ id: about.customer.id, name: about.customer.name })}
      <span class="who-line"><b class="cut" dir="auto">${name}</b>${vipTag(about)}</span>
      <small title=${teamWait(about, team, now) ?? nothing}>${why || offerFacts(offer, team, now)}</small>
      ${
        why
          ? nothing
          : html`${words ? html`<p class="words" dir="auto" lang=${about.locale ?? nothing}>${words}</p>` : nothing}
      <progress max=${Math.ceil(whole / 1000)} value=${secondsLeft(until, now)} aria-label=${`${secondsLeft(until, now)} seconds left`}></progress>
      <span class="btns"><small class="num">${thenWords(offer, now)}${others > 0 ? ` · ${others} more` : nothing}</small><button type="button" class="btn" aria-keyshortcuts="p" ?disabled=${busy} @click=${() => handovers.decline(about.chat)}>Pass<span class="sr"> on ${name}</span> <kbd class="kbd" aria-hidden="true">P</kbd></button><button type="button" class="btn primary" aria-keyshortcuts="a" ?disabled=${busy} @click=${() => handovers.accept(about.chat)}>Accept<span class="sr"> ${name}</span> <span class="keys" aria-hidden="true">A</span></button></span>`
      }`;
  }

  #place() {
    const card = this.querySelector('.offer-card');
    if (!(card instanceof HTMLElement) || card.hidden) return;
    const { activeElement: field } = document;
    const { width, height } = card.getBoundingClientRect();
    const margin = 2 * Number.parseFloat(getComputedStyle(card).getPropertyValue('--margin')) || 0;
    const room = {
      width: innerWidth,
      height: innerHeight,
      top: document.querySelector('.bar')?.getBoundingClientRect().bottom ?? 0,
    };
    const used = field?.matches(FIELDS) ? field.getBoundingClientRect() : null;
    card.dataset.at = freeCorner({ width: width + margin, height: height + margin }, room, used);
  }
}

customElements.define('offer-card', OfferCard);
