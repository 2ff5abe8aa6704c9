/**
 * The judgement of the open chat: its code, the scorecard, feedback, the second reader.
 *
 * @import { Judgement } from './review-day.js'
 * @import { ReviewWork } from './review-work.js'
 */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { RULES } from './review-words.js';
import { WorkPart } from './work-part.js';

/** @type {Array<[string, string]>} */
const ANSWERS = [
  ['no', 'No'],
  ['partly', 'Partly'],
  ['yes', 'Yes'],
];

/** @extends {WorkPart<ReviewWork>} */
class ReviewPanel extends WorkPart {
  /** On a phone, the panel is a sheet. */
  #open = false;
  /** The chat of the sheet: the next one is read before it is judged. @type {number|null} */
  #chat = null;
  /** The focus is in the feedback. */
  #writing = false;

  /** @override */
  willUpdate() {
    if (this.#chat !== this.work.open) this.#open = false;
    this.#chat = this.work.open;
  }

  toggle() {
    this.#open = !this.#open;
    this.requestUpdate();
  }

  toFeedback() {
    this.one('#feedback', HTMLElement).focus();
  }

  /** To what follows the code: the scorecard, if there is one. */
  async toCard() {
    this.#open = this.work.rows.length > 0;
    this.requestUpdate();
    await this.updateComplete;
    this.takesKeys();
  }

  /** The panel takes the focus, so that keys reach the page and no button. */
  takesKeys() {
    this.one('#review-panel', HTMLElement).focus({ preventScroll: true });
  }

  /** @param {string} name */
  #key(name) {
    return this.work.singleKeys ? html` <kbd class="kbd" aria-hidden="true">${name}</kbd>` : nothing;
  }

  /** @override */
  render() {
    const { current, conflict } = this.work;
    if (!current)
      return html`<aside class="rv-panel empty-panel" id="review-panel" tabindex="-1" aria-label="Judgement"></aside>`;
    const { rows, draft } = this.work;
    const who = current.agent ? firstName(current.agent.name) : '';
    return html`<aside class=${`rv-panel${this.#open ? ' open' : ''}`} id="review-panel" tabindex="-1" aria-label="Judgement">
      <button type="button" class="btn plain close" @click=${() => this.toggle()}>${icon('chevron-down')}Back to the chat</button>
      ${conflict ? this.#conflict() : this.#code(who)}
      ${rows.length ? this.#card() : this.#noCard()}
      <section><h2><label for="feedback">Feedback${who ? html` to <span dir="auto">${who}</span>` : nothing}</label>${this.#key('F')}</h2>
        <textarea class="field" id="feedback" maxlength="2000" dir="auto" placeholder=" " .value=${live(draft.feedback)} @input=${this.#wrote} @focus=${() => this.#writes(true)} @blur=${() => this.#writes(false)}></textarea>
        <p class="help">${icon('eye')}<span>${who ? `Only ${who} and supervisors read it, with your name.` : 'Nobody had this chat. Only supervisors read this.'}</span></p>
        ${current.mine?.answer ? html`<blockquote class="answer" dir="auto"><b>${who}:</b> ${current.mine.answer}</blockquote>` : nothing}</section>
      ${this.#others()}
      <section class="end"><div role="alert">${this.work.wrong ? html`<p class="wrong">${this.work.wrong}</p>` : nothing}</div><button type="button" class="btn primary" @click=${() => this.work.save()}>Save, next chat <kbd class="kbd" aria-hidden="true">${this.#writing ? `${COMMAND} ↵` : '↵'}</kbd></button></section>
    </aside>
    ${this.#bar()}`;
  }

  /** @param {string} who */
  #code(who) {
    const { current, words, draft } = this.work;
    const code = current?.code ?? '';
    const { correction } = draft;
    const saved = current?.mine?.verdict === 'corrected' && current.mine.code === correction?.resolution;
    return html`<section><h2>Resolution <span class="quiet">${who ? html`set by <span dir="auto">${who}</span>` : nothing}</span></h2>
      <div class="code"><b>${code ? words.code(code) : 'No code'}</b><p>${code ? words.meaning(code) : 'The ticket is not solved yet.'}</p></div>
      <div role="status">${correction ? html`<p class="from-to">${icon('pencil')}<span>${saved ? 'You corrected it to' : 'Corrected to'} <b>${words.code(correction.resolution)}</b>${saved ? nothing : ', not saved yet'}<q dir="auto">${correction.reason}</q></span></p>` : nothing}</div>
      ${current?.rules.length ? html`<p class="help">${current.rules.map((rule) => html`<span class="why">${icon(RULES[rule]?.[0] ?? 'circle-alert')}${RULES[rule]?.[1] ?? rule}</span>`)}</p>` : nothing}
      <div class="two"><button type="button" class="btn" aria-pressed=${draft.right} @click=${this.#pressedRight}>${code ? 'Right code' : 'Right as it is'}${this.#key('A')}</button><button type="button" class="btn" aria-pressed=${correction !== null} ?disabled=${!code} @click=${() => this.work.askCorrection()}>Correct it${code ? this.#key('C') : nothing}</button></div></section>`;
  }

  /** @param {MouseEvent} event */
  #pressedRight({ detail }) {
    this.work.fill({ right: !this.work.draft.right });
    // After a click Enter saves. Whoever presses the button with a key stays on it.
    if (detail) this.takesKeys();
  }

  #conflict() {
    const { conflict, words } = this.work;
    if (!conflict) return nothing;
    const { waiting, ticket } = conflict;
    const change = ticket.history?.findLast(({ field }) => field === 'resolution');
    const by = typeof change?.by === 'object' && change.by?.name ? change.by.name : 'A colleague';
    const mine = waiting.body.resolution ?? this.work.current?.code ?? '';
    return html`<section class="conflict" role="alert"><h2>${by} corrected #${ticket.number} while you read it</h2>
      <p class="help">Your scores and feedback are kept either way.</p>
      <div class="both"><div><small>Now on the ticket</small><b>${words.code(ticket.resolution ?? '')}</b></div><div><small>Yours, not saved</small><b>${words.code(mine)}</b></div></div>
      <div class="stack"><button type="button" class="btn primary" @click=${() => this.work.settle(false)}>Keep ${firstName(by)}’s, next chat</button><button type="button" class="btn" @click=${() => this.work.settle(true)}>Put mine instead</button></div></section>`;
  }

  #card() {
    const { rows, draft, singleKeys } = this.work;
    const answered = rows.filter(({ id }) => draft.scores[id]).length;
    return html`<section><h2>Scorecard <span class="quiet num">${answered} of ${rows.length}</span>${this.#toCard('Change the scorecard')}</h2>
      <div class=${singleKeys ? 'card4' : 'card4 keyless'}>${repeat(
        rows,
        ({ id }) => id,
        ({ id, text }, at) =>
          html`${singleKeys ? html`<kbd class="kbd" aria-hidden="true">${at + 1}</kbd>` : nothing}<span>${text}</span><span class="segs" role="radiogroup" aria-label=${text}>${ANSWERS.map(
            ([answer, name]) =>
              html`<label><input type="radio" name=${`row-${id}`} .checked=${live(draft.scores[id] === answer)} @change=${() => this.work.score(id, answer)}>${name}</label>`,
          )}</span>`,
      )}</div>${singleKeys ? html`<p class="help keys-of">Each press of ${rows.length > 1 ? `1 to ${rows.length}` : '1'} gives the next answer: Yes, Partly, No, none.</p>` : nothing}</section>`;
  }

  /** A desk without a scorecard may get one. */
  #noCard() {
    const { settings, mayChange } = this.work;
    if (!settings || settings.rows.length || !mayChange) return nothing;
    return html`<section><h2>No scorecard ${this.#toCard('Add a scorecard')}</h2></section>`;
  }

  /** @param {string} name */
  #toCard(name) {
    return html`<button type="button" class="icon-btn" aria-label=${name} title=${name} @click=${() => this.work.tell('card')}>${icon('sliders-horizontal')}</button>`;
  }

  #others() {
    const { current, figures } = this.work;
    if (!current) return nothing;
    const agreed = figures?.agreement;
    const shows = current.readers > 1 || current.others.length > 0;
    if (!shows && !agreed?.pairs && !figures?.codes.length) return nothing;
    return html`<section><h2>${shows ? 'Second reader' : 'Agreement'}</h2>
      ${current.readers > 1 && !current.others.length ? html`<p class="help">You see each other’s answers once both are saved.</p>` : nothing}
      ${current.others.map((one) => this.#other(one))}
      ${agreed?.pairs ? html`<dl class="agree"><dt>Same code, last 30 days</dt><dd>${agreed.same_code} of ${agreed.pairs}</dd>${agreed.answers ? html`<dt>Same score</dt><dd>${Math.round((100 * agreed.same_answer) / agreed.answers)} %</dd>` : nothing}</dl>` : nothing}
      ${figures?.codes.length ? html`<button type="button" class="textbtn" @click=${() => this.work.tell('figures')}>${agreed?.differences.length ? `${agreed.differences.length} differ in code or score` : 'Codes of the last 30 days'}</button>` : nothing}</section>`;
  }

  /** @param {Judgement} one */
  #other({ reviewer, verdict, code, reason, scores }) {
    const { words, rows } = this.work;
    const said = rows.flatMap(({ id, text }) => (scores[id] ? [`${text}: ${scores[id]}`] : []));
    return html`<p class="other"><b dir="auto">${reviewer.name}</b>: ${verdict === 'confirmed' ? 'right code' : html`corrected to ${words.code(code ?? '')}`}${reason ? html`<q dir="auto">${reason}</q>` : nothing}${said.length ? html`<small>${said.join(' · ')}</small>` : nothing}</p>`;
  }

  /** The buttons of a phone. */
  #bar() {
    const { current, words, rows, draft } = this.work;
    const answered = rows.filter(({ id }) => draft.scores[id]).length;
    return html`<section class="rv-act" aria-label="Judge"><p><span class="cut strong">${current?.code ? words.code(draft.correction?.resolution ?? current.code) : 'No code'}</span>${rows.length ? html`<span class="quiet num">Scorecard ${answered} of ${rows.length}</span>` : nothing}</p>
      ${draft.right || draft.correction ? html`<button type="button" class="btn primary" @click=${() => this.work.save()}>Save</button>` : html`<button type="button" class="btn primary" @click=${() => this.work.fill({ right: true })}>Right code</button>`}<button type="button" class="btn" ?disabled=${!current?.code} @click=${() => this.work.tell('correct')}>Correct it</button><button type="button" class="btn" aria-expanded=${this.#open} @click=${() => this.toggle()}>Score</button></section>`;
  }

  /** @param {boolean} on */
  #writes(on) {
    this.#writing = on;
    this.requestUpdate();
  }

  /** @param {Event} event */
  #wrote({ target }) {
    this.work.fill({ feedback: /** @type {HTMLTextAreaElement} */ (target).value });
  }
}

customElements.define('review-panel', ReviewPanel);
