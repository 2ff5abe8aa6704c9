/** The place in the queue, the estimated wait, and the choice when the team is about to close. */

import { clockWords } from '../shared/hours.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { end, keepPlace } from './chat-commands.js';
import { WidgetPart } from './widget-part.js';
import { placeWords } from './line-words.js';

export class Queue extends WidgetPart {
  /** @override */
  get first() {
    return this.one('h2');
  }

  /** An unanswered question of an earlier wait is not asked again. @override */
  shown() {
    this.#dialog?.close();
  }

  get #dialog() {
    return /** @type {HTMLDialogElement|null} */ (this.one('dialog'));
  }

  /** @override */
  render() {
    const { visit } = this.chat;
    return html`<section class="view" aria-label=${t('Your place in line')}>
      ${visit.decideBy ? this.#choice(visit.decideBy) : this.#place()}
      <div class="pad foot"><button type="button" class="btn full" @click=${() => this.#dialog?.showModal()}>${visit.decideBy ? t('Leave it as a message now') : t('Leave it as a message instead')}</button></div>
    </section>
    <dialog class="w-dialog" aria-labelledby="leave-title" @close=${this.#answered}>
      <form method="dialog">
        <h2 id="leave-title">${t('Leave the line?')}</h2>
        <p class="soft">${t('You give up your place. Your message becomes a ticket, and you get its number.')}${this.chat.beginning.hasAddress ? nothing : ` ${t('You gave no address, so we can read it but not answer it.')}`}</p>
        <div class="pair"><button class="btn full" value="stay">${t('Stay in line')}</button><button class="btn primary full" value="leave">${t('Leave it as a message')}</button></div>
      </form>
    </dialog>`;
  }

  #answered() {
    if (this.#dialog?.returnValue === 'leave') end(this.chat);
    if (this.#dialog) this.#dialog.returnValue = '';
  }

  #place() {
    const { position, waitS, waitsUntil, moved } = this.chat.visit;
    const then = waitsUntil
      ? t('You keep your place until {time}. If nobody is free by then, it becomes a ticket.', {
          time: clockWords(waitsUntil, this.chat.zones),
        })
      : this.chat.sounds.ready
        ? t('Carry on with your work. This window keeps your place and plays a sound when someone joins.')
        : t('Carry on with your work. This window keeps your place and tells you when someone joins.');
    return html`<div class="pad mid">
      ${position ? html`<span class="place" aria-hidden="true">${position}</span>` : nothing}
      <h2 class="bigline" tabindex="-1">${placeWords(position, waitS)}</h2>
      ${moved ? html`<p class="soft">${t('{team} can answer sooner, so you’re in line there now. Your wait so far counts.', { team: this.chat.visit.teamName() })}</p>` : nothing}
      <p class="soft">${then}</p>
    </div>`;
  }

  /** @param {string} decideBy */
  #choice(decideBy) {
    const { visit, zones, busy } = this.chat;
    const time = clockWords(decideBy, zones);
    return html`<div class="pad">
      <h2 class="bigline" tabindex="-1">${t('We may not reach you before closing')}</h2>
      <p class="soft">${t('{place}. What would you like if nobody is free by {time}?', { place: placeWords(visit.position, visit.waitS), time })}</p>
      <p class="choice chosen"><span class="ring" aria-hidden="true"></span><b>${t('Leave it as a message')}</b><small>${t('It becomes a ticket that we answer first thing when we open. This happens if you do nothing.')}</small></p>
      <button type="button" class="choice" aria-disabled=${busy ? 'true' : nothing} @click=${() => keepPlace(this.chat)}><span class="ring" aria-hidden="true"></span><b>${t('Keep my place')}</b><small>${t('We answer if someone is free in time. Otherwise it becomes a ticket.')}</small></button>
      ${this.chat.wrongAt('line') ? html`<p class="wrong">${this.chat.wrongAt('line')}</p>` : nothing}
    </div>`;
  }
}

customElements.define('chat-queue', Queue);
