/**
 * The card at the foot of a ticket's conversation: what it is and what happens next, or the question whether the answer
 * helped.
 */

import { opensWords } from '../shared/hours.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { shapeOf } from '../shared/vocabulary.js';
import { locale, pieces, t } from '../shared/words.js';
import { laterIcon } from './later-icons.js';
import { Rating } from './rating.js';
import { missedWords, promiseWords, standingWords } from './ticket-words.js';
import { TranscriptMail } from './transcript-mail.js';
import { saveTranscript } from './transcript.js';
import { WidgetPart } from './widget-part.js';

const COPIED_MS = 2_000;
const dateOf = new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric' });

export class TicketFoot extends WidgetPart {
  #copied = false;

  /** @param {import('./chat.js').Chat} chat @param {{toBox: () => void}} view `toBox`: moves the focus to the text box */
  constructor(chat, { toBox }) {
    super(chat);
    this.toBox = toBox;
    this.rating = new Rating(chat);
    this.mailing = new TranscriptMail(chat, () => this.requestUpdate());
  }

  get #talk() {
    return this.chat.talks?.current ?? null;
  }

  /** @override */
  render() {
    const talk = this.#talk;
    if (!talk || talk.gone) return null;
    if (talk.asks && !talk.closed) return this.#question();
    return this.#outcome();
  }

  #question() {
    const talk = this.#talk;
    const told = talk?.mode === 'not_fixed';
    return html`<div class="w-card slim question" role="group" aria-labelledby="solved-it"><h2 id="solved-it">${t('Did this solve it?')}</h2>
      ${this.#promise()}
      <div class="two"><button type="button" class=${told ? 'btn half' : 'btn primary half'} @click=${() => this.#solved()}>${icon('check')}${t('This solved it')}</button>
      <button type="button" class="btn half" aria-pressed=${String(told)} @click=${() => this.#turn('not_fixed')}>${t('It isn’t fixed')}</button></div></div>`;
  }

  #outcome() {
    const { chat } = this;
    const talk = this.#talk;
    if (!talk) return null;
    const [look, shape] = shapeOf(talk.status);
    const solved = talk.status === 'solved';
    return html`<div class="w-card" role="group" aria-label=${t('Ticket #{ticket}', { ticket: talk.number })}>
      <h2 class=${`status ${talk.closed ? 'final' : look}`}>${talk.closed ? laterIcon('lock') : icon(shape)}${chat.words.status(talk.status)}</h2>
      ${solved && talk.code ? html`<p class="sm tight"><b class="reason">${talk.code.name}.</b> ${talk.code.meaning}</p>` : nothing}
      ${this.#paragraphs().map((said) => html`<p class="sm tight" dir="auto">${said}</p>`)}
      ${solved && !talk.closed ? this.#reopen() : nothing}
      ${this.#promise()}
      ${this.#again()}
      <div class="cut-line"></div>
      <div>${this.#number()}${this.rating}</div>
    </div>`;
  }

  #paragraphs() {
    const { chat } = this;
    const { visit, followsUp } = chat;
    const talk = this.#talk;
    if (!talk) return [];
    const { team } = talk;
    const of = visit.outcome?.ticket === talk.number && !chat.opened ? visit.outcome : null;
    const name = team?.name ?? visit.teamName();
    const requester = talk.properties?.requester;
    return [
      followsUp ? t('Ticket #{ticket} was closed for good, so your reply opened this one.', { ticket: followsUp }) : '',
      of ? missedWords(of.reason) : '',
      of && visit.chat && chat.drafts.get(visit.chat).trim() ? t('Your unsent text is kept.') : '',
      ...standingWords({
        status: talk.status,
        closed: talk.closed,
        confirmed: talk.confirmed,
        team: name,
        opens: team?.open === false && team.opens_at ? opensWords(team, chat.now(), chat.zones) : '',
        agent: firstName(talk.lastStaff),
        workaround: talk.properties?.workaround ?? null,
        address: Boolean(!talk.properties || requester?.email),
      }),
    ].filter(Boolean);
  }

  /** What happens if the customer does not answer. */
  #promise() {
    const talk = this.#talk;
    const promised = talk?.status === 'awaiting_reply' && promiseWords(talk.properties?.promise, this.chat.zones.desk);
    return promised ? html`<p class="sm tight">${promised}</p>` : nothing;
  }

  #reopen() {
    const until = this.#talk?.properties?.reopen_until;
    return until
      ? html`<p class="sm tight">${pieces('Back again? Write below until {date} and this ticket opens again, with all of it.', { date: html`<b>${dateOf.format(new Date(until))}</b>` })}</p>`
      : nothing;
  }

  #again() {
    const talk = this.#talk;
    if (talk?.closed)
      return html`<button type="button" class="btn full" @click=${() => this.chat.again()}>${t('New conversation')}</button>`;
    if (!talk?.canChat) return nothing;
    return html`<button type="button" class="btn full" aria-pressed=${String(talk.mode === 'chat')} @click=${() => this.#turn('chat')}>${t('Chat again about this')}</button>`;
  }

  #number() {
    const number = `#${this.#talk?.number}`;
    return html`<div class="line"><span class="no">${number}</span><button type="button" class="btn plain copy" @click=${() => this.#copy(number)}>${this.#copied ? icon('check') : laterIcon('copy')}<span aria-live="polite">${this.#copied ? t('Copied') : t('Copy')}</span><span class="sr"> ${t('the number')}</span></button>
      <button type="button" class="btn plain" ?disabled=${!this.#talk?.properties} @click=${() => this.#save()}>${t('Save transcript')}</button></div>
      ${this.#mail()}`;
  }

  /** The button that mails the conversation to its customer, and what became of it. */
  #mail() {
    if (!this.#talk?.properties?.requester?.email) return nothing;
    const { asking, told } = this.mailing;
    return html`<button type="button" class="btn plain" ?disabled=${asking} @click=${() => this.mailing.mail()}>${t('Mail me this conversation')}</button><p class="sm tight" role="status">${told}</p>`;
  }

  /** @param {string} number */
  async #copy(number) {
    const written = await navigator.clipboard.writeText(number).then(
      () => true,
      () => copied(number),
    );
    this.#copied = written;
    this.requestUpdate();
    setTimeout(() => {
      this.#copied = false;
      this.requestUpdate();
    }, COPIED_MS);
  }

  #save() {
    const talk = this.#talk;
    if (talk) saveTranscript(talk, this.chat);
  }

  #solved() {
    this.#talk?.solved();
    this.toBox();
  }

  /** @param {import('./ticket-talk.js').Mode} mode */
  #turn(mode) {
    this.#talk?.turn(mode);
    this.toBox();
  }
}

/** For frames that may not write to the clipboard. @param {string} text */
function copied(text) {
  const box = Object.assign(document.createElement('textarea'), { value: text });
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  return done;
}

customElements.define('ticket-foot', TicketFoot);
