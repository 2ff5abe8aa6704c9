/**
 * The page of mails that are held back: each with its reason, its text, and three decisions.
 *
 * @import { SuspendedWork, Decision, Suspended } from './suspended-work.js'
 */

import { stamp } from '../shared/days.js';
import { icon, moment } from '../shared/parts.js';
import { bytes } from '../shared/sizes.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { reasonWords, senderWords } from './mail-reasons.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<SuspendedWork>} */
class SuspendedMail extends WorkPart {
  /** @override */
  render() {
    const { list, next, faults, busy, said } = this.work;
    return html`<p class="sr" role="status">${said}</p>
      ${faults.has(0) ? html`<p class="wrong" role="alert">${faults.get(0)}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button>` : nothing}
      ${list && list.length === 0 ? html`<div class="empty">${icon('circle-check')}<h2>Nothing is held back</h2><p>Mail that can’t be trusted, or that belongs nowhere, waits here for you.</p></div>` : nothing}
      <ol class="held">${repeat(
        list ?? [],
        ({ mail }) => mail.id,
        (held) => this.#item(held),
      )}</ol>
      ${next === null ? nothing : html`<p><button type="button" class="btn" ?disabled=${busy.has(0)} @click=${() => this.work.load()}>Show more</button></p>`}`;
  }

  /** @param {Suspended} held */
  #item({ mail, team, ticket }) {
    const { id, from, subject, received_at: at, reason, authentication } = mail;
    const fault = this.work.faults.get(id);
    const detail = authentication?.detail;
    return html`<li><article aria-labelledby="held-${id}">
      <h2 id="held-${id}" dir="auto">${subject || 'No subject'}</h2>
      <p class="quiet"><span dir="auto">${from ?? 'Unknown sender'}</span> · ${moment(at, stamp(at, Date.now()))}${ticket === null ? nothing : html` · <a href="/tickets/${ticket}">#${ticket}</a>`}${ticket === null && team === null ? ' · no team' : nothing}</p>
      <p class="reason">${icon('circle-alert')}<span>${reasonWords(reason)} <span class="quiet">${senderWords(authentication)}</span></span></p>
      ${detail ? html`<details class="proof"><summary>Show the mail server’s checks</summary><code dir="ltr">${detail}</code></details>` : nothing}
      <details @toggle=${(/** @type {Event} */ { target }) => target instanceof HTMLDetailsElement && target.open && this.work.open(id)}>
        <summary>Read it</summary>${this.#contents(id)}
      </details>
      <div class="decide">${this.#button(id, 'accept', 'check', 'Accept')}${from && authentication?.verdict !== 'fail' ? this.#button(id, 'trust', 'user', 'Accept and trust sender') : nothing}${this.#button(id, 'delete', 'trash-2', 'Delete')}</div>
      ${fault ? html`<p class="wrong" role="alert">${fault}</p>` : nothing}
    </article></li>`;
  }

  /** @param {number} id */
  #contents(id) {
    const contents = this.work.contents.get(id);
    if (!contents) return this.work.busy.has(id) ? html`<p class="quiet">Loading</p>` : nothing;
    return html`<pre dir="auto">${contents.text || 'This mail has no text.'}</pre>${
      contents.files.length
        ? html`<ul class="files">${contents.files.map(({ name, size }) => html`<li>${icon('paperclip')}<span dir="auto">${name}</span> <span class="quiet">${bytes(size)}</span></li>`)}</ul>`
        : nothing
    }`;
  }

  /** @param {number} id @param {Decision} decision @param {string} picture @param {string} label */
  #button(id, decision, picture, label) {
    return html`<button type="button" class="btn sm" aria-describedby="held-${id}" ?disabled=${this.work.busy.has(id)} @click=${() => this.#decide(id, decision)}>${icon(picture)}${label}</button>`;
  }

  /** @param {number} id @param {Decision} decision */
  async #decide(id, decision) {
    await this.work.decide(id, decision);
    // The button that had the focus is gone with its mail.
    if (!this.work.faults.has(id)) this.closest('main')?.focus();
  }
}

customElements.define('suspended-mail', SuspendedMail);
