/**
 * What reviewers wrote about the person's own chats, with a box for an answer. A part for any page of staff. Nothing is
 * shown while there is no feedback. With `data-instead-of`, it has no heading, and takes the place of the element with
 * this id once it has read the feedback.
 *
 * @typedef {{id: number, ticket: number, at: string, reviewer: {id: string, name: string}, from_code: string|null, code: string|null,
 *   reason: string|null, feedback: string, answer: string|null}} Feedback
 */

import { day } from '../shared/days.js';
import { Refused, ask } from '../shared/http.js';
import { pageData } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { moment } from '../shared/parts.js';
import { LitElement, html, nothing, repeat } from '../shared/vendor/lit.js';
import { FeedbackSeen } from './feedback-seen.js';

class ReviewFeedback extends LitElement {
  /** Names of codes. @type {(key: string) => string} */
  code = (key) => key;
  /** @type {Feedback[]} */
  #list = [];
  /** The feedback whose box is open. */
  #open = 0;
  #wrong = '';

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.load();
  }

  async load() {
    try {
      this.#list = (await ask('GET', '/api/reviews/feedback')).data;
      const seen = new FeedbackSeen(pageData().me.id, localStore());
      seen.see(this.#list);
      // The bar of this tab hears of it as those of other tabs do.
      dispatchEvent(new StorageEvent('storage', { key: seen.key }));
      document.getElementById(this.dataset.insteadOf ?? '')?.remove();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      // The page has other parts: this one comes with the next load.
    }
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event @param {Feedback} one */
  async #send(event, one) {
    event.preventDefault();
    const box = /** @type {HTMLFormElement} */ (event.target).elements.namedItem('answer');
    const text = box instanceof HTMLTextAreaElement ? box.value.trim() : '';
    this.#wrong = text ? '' : 'Write an answer.';
    if (text)
      try {
        await ask('POST', `/api/tickets/${one.ticket}/review/answer`, { body: { review: one.id, text } });
        one.answer = text;
        this.#open = 0;
      } catch (why) {
        if (!(why instanceof Refused)) throw why;
        this.#wrong = why.message;
      }
    this.requestUpdate();
  }

  /** @param {number} id */
  async #answer(id) {
    this.#open = id;
    this.#wrong = '';
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('textarea')?.focus();
  }

  /** As in the review. @param {KeyboardEvent} event */
  #keyed(event) {
    if (event.code !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    /** @type {HTMLTextAreaElement} */ (event.target).form?.requestSubmit();
  }

  /** @override */
  render() {
    if (!this.#list.length) return nothing;
    const unanswered = this.#list.filter(({ answer }) => !answer).length;
    const list = html`<p class="soft">Only you and supervisors read this.${unanswered ? ` ${unanswered === 1 ? '1 has' : `${unanswered} have`} no answer of yours yet.` : nothing}</p>
      <ul class="rv-feedback">${repeat(
        this.#list,
        ({ id }) => id,
        (one) => this.#one(one),
      )}</ul>`;
    if (this.dataset.insteadOf) return list;
    return html`<section aria-labelledby="feedback-title"><h2 id="feedback-title">Feedback on your chats</h2>${list}</section>`;
  }

  /** @param {Feedback} one */
  #one(one) {
    const corrected = one.code !== one.from_code;
    return html`<li>
      <p class="by"><b dir="auto">${one.reviewer.name}</b> on <a class="link" href=${`/tickets/${one.ticket}`}>#${one.ticket}</a>, ${moment(one.at, day(one.at, Date.now()))}</p>
      <p class="said" dir="auto">${one.feedback}</p>
      ${corrected ? html`<p class="soft">Code: ${this.code(one.from_code ?? '')}, corrected to ${this.code(one.code ?? '')}.${one.reason ? html` <q dir="auto">${one.reason}</q>` : nothing}</p>` : nothing}
      ${
        one.answer
          ? html`<blockquote class="said" dir="auto"><b>You:</b> ${one.answer}</blockquote>`
          : this.#open === one.id
            ? html`<form @submit=${(/** @type {SubmitEvent} */ event) => this.#send(event, one)}><label><span class="label">Your answer</span><textarea class="field" name="answer" rows="2" maxlength="2000" dir="auto" aria-keyshortcuts="Control+Enter" @keydown=${this.#keyed}></textarea></label><p class="wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p><button class="btn sm primary">Answer</button></form>`
            : html`<button type="button" class="btn sm" @click=${() => this.#answer(one.id)}>Answer<span class="sr"> ${one.reviewer.name} on #${one.ticket}</span></button>`
      }</li>`;
  }
}

customElements.define('review-feedback', ReviewFeedback);
