/**
 * Sheet beside the conversation that closes a chat, or chooses the code of a chat that ended without its agent.
 *
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Caution } from './close-caution.js'
 * @import { Actions } from './macro-words.js'
 * @import { Settings } from './settings.js'
 * @import { Target } from './close-target.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { localStore } from '../shared/drafts.js';
import { Refused, ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { NAMELESS, firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { Meanwhile, caution, cautionWords } from './close-caution.js';
import { CloseCustom } from './close-custom.js';
import { CustomFields } from './custom-fields.js';
import { details, duplicate, footer, status, workaround } from './close-fields.js';
import { CloseForm } from './close-form.js';
import { Stale, subjectOf, targetOf } from './close-target.js';
import { codeList, codeSearch } from './code-list.js';
import { actionWords, besidesOf } from './macro-words.js';
import { Originals } from './originals.js';
import { trainingOf } from './training-fields.js';
import { Training } from './training.js';
import { UsualCodes } from './usual-codes.js';
import { Part } from './work-part.js';

const PHONE = matchMedia('(max-width: 47.99rem)');

class CloseSheet extends Part {
  #custom = this.#customOf();
  /** @type {Vocabulary|null} */
  words = null;
  /** @type {Settings|null} */
  settings = null;
  /** @type {Target|null} null while it is closed */
  #of = null;
  /** @type {CloseForm|null} */
  #form = null;
  /** @type {Originals|null} */
  #originals = null;
  /** @type {Training|null} */
  #training = null;
  /** Teams and colleagues, once the details were opened. @type {import('./close-fields.js').Choices|null} */
  #choices = null;
  /** The chat for which the sheet is being opened. @type {string|null} */
  #opening = null;
  #open = false;
  #sending = false;
  /** What a macro sets on the ticket. @type {Actions|null} */
  #macro = null;
  /** All chats that need a code are walked. */
  #walks = false;
  /** The subject when the sheet was opened. */
  #proposed = '';
  /** The last `seq` when the sheet was opened. */
  #since = 0;
  #meanwhile = new Meanwhile();
  /** A message that the desk refused the close for, if it is not here yet. @type {{seq: number, text: string}|null} */
  #late = null;
  /** @type {UsualCodes|null} */
  #usual = null;

  /** @override */
  willUpdate() {
    if (!this.#of || !this.#form) return;
    const { chat } = this.#of;
    const held = this.work.chats.of(chat);
    if (this.work.wanted !== chat) return this.#shut();
    if (this.#of.kind === 'chat' && !this.work.endings.closable) void this.#over();
    const { values } = this.#form;
    // A line that was taken back meanwhile is no subject any more.
    if (this.#of.kind === 'chat' && held.first && values.subject === this.#proposed)
      values.subject = this.#proposed = subjectOf(held);
    // From the first frame on that shows it.
    void this.#rests;
  }

  /** For the chat on the screen. @param {string} [all] 'all' walks all chats that need a code @param {Actions|null} [macro] what the form has at first */
  async open(all = '', macro = null) {
    const { wanted } = this.work;
    if (wanted === null || this.#of?.chat === wanted) return this.#of && this.#back();
    this.#walks = all === 'all';
    this.#macro = macro;
    if (this.#opening === wanted) return;
    this.#opening = wanted;
    try {
      await this.#show(await targetOf(this.work, wanted, ask));
    } finally {
      this.#opening = null;
    }
  }

  /** @param {Target|null} of */
  async #show(of) {
    if (!of) return;
    const all = this.words?.codes ?? [];
    this.#usual ??= new UsualCodes(this.work.me.id, localStore());
    const about = of.number === null ? `chats/${of.chat}` : `tickets/${of.number}`;
    const { codes, usedLast } = await this.#usual.likely(ask, about, { codes: all, product: of.values.product });
    if (this.work.wanted !== of.chat) return;
    const held = this.work.chats.of(of.chat);
    this.#form = new CloseForm({
      codes: all,
      statuses: (this.words?.statuses ?? []).map(({ key }) => key),
      values: of.values,
      likely: codes,
      usedLast,
      reachable: of.reachable,
    });
    this.#prefill(this.#form);
    if (of.fault) this.#form.message = of.fault;
    this.#originals = new Originals({
      ask,
      of: { requester: of.requester, email: of.email, number: of.number },
      changed: () => this.requestUpdate(),
    });
    this.#training = new Training({ ask, changed: () => this.requestUpdate() });
    this.#suggest();
    this.#proposed = this.#form.values.subject;
    // The past of the chat may still be on its way.
    this.#since = Math.max(held.lastSeq, held.about?.seq ?? 0);
    this.#meanwhile = new Meanwhile(this.#since);
    this.#late = null;
    this.#open = false;
    this.#of = of;
    this.#marked(true);
    await this.updateComplete;
    this.one('[role=combobox]', HTMLElement).focus();
    // A macro has chosen the code: what is still missing is next.
    if (this.#form.values.resolution && this.#macro) await this.#toNeeded(of);
  }

  /** @param {Target} of */
  async #toNeeded(of) {
    const [name] = Object.keys((this.#form && this.#custom.lacks(this.#form, of.custom)) ?? {});
    if (!name) return;
    await this.one('custom-fields.more', CustomFields).updateComplete;
    const field = this.querySelector(`[data-field="${name}"] :is(.field, input)`);
    if (field instanceof HTMLElement) field.focus();
  }

  /** @param {Record<string, unknown>} [values] */
  #customOf(values = {}) {
    return new CloseCustom(values, () => this.requestUpdate());
  }

  /** @param {CloseForm} form */
  #prefill({ values }) {
    const { status, resolution, team, priority, add_tags: tags = [], custom_fields: custom } = this.#macro ?? {};
    this.#custom = this.#customOf(custom);
    Object.assign(values, status && { status, resolution: resolution ?? '' }, team && { team });
    Object.assign(values, priority && { priority }, tags.length && { add_tags: tags.join(' ') });
  }

  /** Priority and tags, which the closed details do not show. */
  get #besides() {
    return this.#form?.sorting ?? {};
  }

  /** The conversation makes room. @param {boolean} on */
  #marked(on) {
    document.body.classList.toggle('closing', on);
    this.work.closing = on;
    this.work.redraw();
    this.requestUpdate();
  }

  #shut() {
    this.#of = this.#form = this.#originals = this.#training = null;
    this.#sending = false;
    this.#marked(false);
  }

  /** Back to the conversation. */
  #back() {
    const { chat } = this.#of ?? {};
    this.#shut();
    if (chat) this.work.enter(chat);
  }

  /** The chat was closed by its customer, or is with a colleague, while the sheet was open. */
  async #over() {
    const of = this.#of;
    const form = this.#form;
    if (!of || !form || this.#sending) return;
    this.#of = null;
    const ended = this.work.chats.of(of.chat).closed ? await targetOf(this.work, of.chat, ask) : null;
    if (!ended) return this.#shut();
    this.#of = ended;
    form.message = `${firstName(of.name) || 'The visitor'} has left. Choose the code for the ticket.`;
    this.requestUpdate();
  }

  /** @returns {Caution|null} */
  get #caution() {
    if (this.#of?.kind !== 'chat') return null;
    const held = this.work.chats.of(this.#of.chat);
    const sent = this.work.desk.outbox(this.#of.chat);
    const answers = sent.some(({ type, status }) => type === 'message.send' && status !== 'failed');
    const known = caution(held, this.#since, answers);
    if (this.#late && this.#late.seq > held.lastSeq) return { kind: 'wrote', text: this.#late.text };
    return known;
  }

  get #rests() {
    if (!this.#of) return false;
    const { kind, chat } = this.#of;
    const theirs = kind === 'chat' ? (this.work.chats.of(chat).theirs?.seq ?? 0) : 0;
    return this.#meanwhile.rests(Math.max(theirs, this.#late?.seq ?? 0), performance.now());
  }

  // -- sent ----------------------------------------------------------------------------------

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const of = this.#of;
    const form = this.#form;
    if (!of || !form || this.#sending || this.#rests) return;
    const chosen = this.#originals?.chosen;
    form.values.duplicate_of = chosen ? String(chosen.number) : '';
    const fields = form.fields(this.#custom.lacks(form, of.custom));
    if (!fields) return this.#toWrong();
    this.#sending = true;
    this.requestUpdate();
    try {
      const seen = Math.max(this.work.chats.of(of.chat).lastSeq, this.#late?.seq ?? 0);
      const training = (form.has('training') && this.#training?.wanted) || {};
      const { ticket } = await of.send(
        { ...fields, ...training, ...besidesOf(this.#besides, ''), ...this.#custom.filled },
        seen,
      );
      this.#done(of, ticket, form);
    } catch (error) {
      this.#refused(error, form);
      await this.#toWrong();
    } finally {
      this.#sending = false;
      this.requestUpdate();
    }
  }

  /** @param {unknown} error @param {CloseForm} form */
  #refused(error, form) {
    if (error instanceof DeskError) {
      const since = /** @type {Array<{seq: number, text: string|null}>} */ (error.refusal.since ?? []);
      const last = since.at(-1);
      if (last) {
        this.#late = { seq: last.seq, text: last.text ?? '' };
        form.refuse({});
      } else form.refuse(error.fields ?? {}, error.message);
    } else if (error instanceof Stale)
      form.refuse(
        {},
        error.sentence((key) => this.words?.status(key) ?? key),
      );
    else if (error instanceof Refused) form.refuse(error.fields, error.message);
    else throw error;
    this.requestUpdate();
  }

  /** @param {Target} of @param {number} ticket @param {CloseForm} form */
  #done(of, ticket, form) {
    const { status: key, resolution } = form.values;
    const code = this.words?.codes.find((one) => one.key === resolution);
    if (key === 'solved') this.#usual?.used(resolution || null);
    this.work.endings.uncoded.coded(ticket);
    const again = this.#walks && this.work.endings.uncoded.all[0];
    this.#shut();
    this.work.endings.finished.closed({
      chat: of.chat,
      name: of.name ?? NAMELESS,
      ticket,
      status: key,
      words: this.words?.status(key) ?? key,
      final: key === 'solved' && Boolean(code?.hands_over),
    });
    if (again) return this.work.endings.codeAll();
    this.work.endings.goOn(of.chat);
    // Nothing that had the focus is left of a chat that was over already.
    if (of.kind === 'ticket' && this.work.wanted === of.chat) this.work.enter(of.chat);
  }

  async #toWrong() {
    if (this.#form?.wrongInDetails) this.#showDetails();
    this.requestUpdate();
    await this.updateComplete;
    const reason = this.querySelector('.sheet .wrong');
    const field = reason?.closest('[data-field]')?.querySelector('[role=combobox], .field, input:checked');
    if (field instanceof HTMLElement) field.focus();
    reason?.scrollIntoView({ block: 'nearest' });
  }

  // -- chosen --------------------------------------------------------------------------------

  /** @param {import('./codes.js').Values|object} change */
  #set = (change) => {
    this.#form?.set(change);
    if (this.#form?.has('duplicate_of') && this.#originals && !this.#originals.found.length)
      void this.#originals.read();
    this.#suggest();
    this.requestUpdate();
  };

  /** Reads the training that fits, once a code attaches one. */
  #suggest() {
    const { values } = this.#form ?? {};
    if (values && this.#form?.has('training')) void this.#training?.read(values.product, values.subject);
  }

  /** @param {boolean} [open] */
  #showDetails(open = true) {
    this.#open = open;
    this.requestUpdate();
    if (open && !this.#choices) void this.#loadChoices();
  }

  async #loadChoices() {
    try {
      const [staff, hours] = await Promise.all([ask('GET', '/api/staff?everybody=true'), ask('GET', '/api/hours')]);
      this.#choices = { staff: staff.data, teams: hours.data.teams };
    } catch (error) {
      // The agent's own teams can be chosen without them.
      if (!(error instanceof Refused)) throw error;
    }
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing) return;
    const { code, key, altKey, ctrlKey, metaKey } = event;
    if (key === 'Escape') this.#back();
    else if (key === 'Enter' && (ctrlKey || metaKey) && !event.repeat)
      this.one('form', HTMLFormElement).requestSubmit();
    else if (altKey && /^Digit[1-9]$/u.test(code) && this.#form?.choose(Number(code.at(-1)))) void this.#chosen();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // -- how it is drawn -----------------------------------------------------------------------

  /** Another status, or the chosen original, may have taken away the field that had the focus. @param {string} [next] what gets it then */
  async #chosen(next = '[role=combobox]') {
    this.requestUpdate();
    await this.updateComplete;
    if (!this.contains(document.activeElement)) this.one(next, HTMLElement).focus();
  }

  /** @override */
  render() {
    const of = this.#of;
    const form = this.#form;
    if (!of || !form) return nothing;
    const who = firstName(of.name);
    const look = this.#caution;
    const set = this.#set;
    const takes = Boolean(this.settings?.now.singleKeys);
    return html`<section class="sheet" role="dialog" aria-labelledby="close-title" @keydown=${this.#pressed}><form novalidate @submit=${this.#submit}>
      <header><h2 id="close-title">${of.title}<small>${of.about}</small></h2><button type="button" class="icon-btn" aria-label="Back to the chat" @click=${() => this.#back()}>${icon('x')}</button></header>
      ${PHONE.matches ? this.#lastWords(of) : nothing}
      <div class="top">${status(form, this.words, set)}${codeSearch(form, { takes, changed: () => this.#set({}) })}</div>
      ${form.has('workaround') ? workaround(form, set) : nothing}
      ${codeList(form, { takes, choose: (resolution) => set({ resolution }) })}
      ${form.has('duplicate_of') && this.#originals ? duplicate(form, this.#originals, this.words, (next) => this.#chosen(next)) : nothing}
      ${form.has('training') && this.#training ? trainingOf(this.#training, this.work.now(), form.wrong.training) : nothing}
      ${details(form, { of, work: this.work, choices: this.#choices, open: this.#open, toggle: (open) => this.#showDetails(open), set, more: this.#custom.draw(form, false) })}
      ${this.#custom.draw(form, true)}
      ${this.#alongWords()}
      <div role="alert">${look ? html`<p class="caution">${icon('message-circle')}<span><b>${cautionWords(look, who, this.work.chats.of(of.chat).held)}</b>${look.text ? html` <q dir="auto">${look.text}</q>` : nothing}</span></p>` : nothing}${form.message ? html`<p class="wrong">${form.message}</p>` : nothing}</div>
      ${footer(form, { label: of.label(form.values.status, this.words), anyway: Boolean(look), wrote: look?.kind === 'wrote', sending: this.#sending, back: () => this.#back(), set })}
    </form></section>`;
  }

  #alongWords() {
    const same = (/** @type {string} */ key) => key;
    const words = actionWords(this.#besides, { status: same, code: same, team: same });
    return words ? html`<p class="along">${icon('check-check')}Also sets ${words}</p>` : nothing;
  }

  /** On a phone, the sheet hides the conversation. @param {Target} of */
  #lastWords({ chat, name }) {
    const { last } = this.work.chats.of(chat);
    return last
      ? html`<p class="last-words cut" dir="auto"><b>${last.own ? 'You' : firstName(name) || NAMELESS}:</b> ${last.text}</p>`
      : nothing;
  }
}

customElements.define('close-dialog', CloseSheet);
