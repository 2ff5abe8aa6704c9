/**
 * The form before a chat, and how it becomes a chat, or a message that is a ticket.
 *
 * @import { Ok } from '../shared/client/types.js'
 * @import { Chat } from './chat.js'
 * @import { Refused } from '../shared/asking.js'
 * @import { Body } from './request.js'
 * @import { Field } from './types.js'
 *
 * @typedef {{team: string, product: string, name: string, email: string, text: string}} Form
 */

import { DeskError } from '../shared/client/errors.js';
import { idsBy } from '../shared/client/ids.js';
import { lazily } from '../shared/client/lazily.js';
import { ask } from '../shared/asking.js';
import { sentenceOf } from '../shared/refusals.js';
import { t } from '../shared/words.js';
import { laterStyle } from './later-style.js';
import { Choosing } from './choosing.js';
import { Request } from './request.js';

/** Key of the draft of a first message. */
export const NEW = 'new';

export class Beginning {
  /** The customer leaves a message although the team is open. */
  leaving = false;
  /** The desk has asked for a proof before it takes a message. */
  proving = false;
  /** The customer has been told what a message without an address means. */
  warned = false;
  /** Team and address of the message that is now a ticket. @type {{team: string, email?: string}|null} */
  left = null;
  /** Files of the first message, once there was one. @type {import('./types.js').FormFiles|null} */
  files = null;
  /** Values that the page around has suggested. @type {Partial<Form>} */
  suggested = {};
  /** @type {Set<string>} */
  #toldPage = new Set();

  /** @param {Chat} chat @param {Storage|null} storage @param {string|null} team the page around it has chosen this one */
  constructor(chat, storage, team) {
    const { desk, drafts, memory, visit } = chat;
    this.chat = chat;
    this.desk = desk;
    this.drafts = drafts;
    this.memory = memory;
    this.visit = visit;
    /** @type {Form} */
    this.form = {
      team: '',
      product: '',
      name: memory.get('name') ?? '',
      email: memory.get('email') ?? '',
      text: drafts.get(NEW),
    };
    this.choosing = new Choosing({ visit, memory, form: this.form, given: team });
    this.request = new Request({
      storage,
      me: () => this.desk.hello?.visitor,
      newKey: idsBy(chat.now),
      post: async ({ key, body }) => {
        const send = (/** @type {object} */ more) =>
          ask('POST', '/api/tickets', {
            body,
            bearer: this.desk.customer.token,
            headers: { 'Idempotency-Key': key, ...more },
          });
        const { data } = await send({}).catch(async (error) => {
          if (!error.challenge) throw error;
          return (await lazily(() => import('./send-with-proof.js'))).sendProven(send, error, this);
        });
        return data.number;
      },
      stored: (body, number) => this.#leftAs(body, number),
      refused: (body, error) => {
        this.visit.phase = 'form';
        this.form.text ||= body.text;
        this.form.team ||= body.team;
        this.#refuseForm(error);
      },
      putOff: (error) => {
        const why = error.status ? sentenceOf(error) : t('We can’t connect.');
        this.chat.refuse('form', t('{why} Your message is kept here and will be sent automatically.', { why }));
      },
    });
  }

  // -- what is chosen ------------------------------------------------------------------------

  get teams() {
    return this.choosing.teams;
  }

  get team() {
    return this.choosing.team;
  }

  /** The text becomes a ticket: nobody is there to chat, or the customer does not want to wait. */
  get asTicket() {
    return this.leaving || this.mustProve || this.visit.phase === 'sending' || this.choosing.shut;
  }

  /** The team only chats with proven customers, and this one is not. */
  get mustProve() {
    return this.team?.identity === 'required' && !this.desk.customer.proof;
  }

  /** An answer can reach the customer without an address in the form. */
  get hasAddress() {
    return Boolean(this.desk.customer.proof?.email || this.form.email.trim());
  }

  /** The start of a chat that the desk has not acknowledged. @returns {import('../shared/client/types.js').Entry|undefined} */
  get start() {
    return this.desk.outbox().find((entry) => entry.type === 'chat.start');
  }

  /** There is no chat: shows the form, or continues what an earlier page started. */
  begin() {
    this.visit.phase = this.start?.status === 'sending' ? 'starting' : this.request.body ? 'sending' : 'form';
    try {
      const sent = JSON.parse(this.memory.get('left') ?? 'null');
      if (sent?.number && this.visit.phase === 'form') this.#hasLeft(sent, sent.number);
    } catch {
      this.memory.set('left', null);
    }
  }

  // -- what is written -----------------------------------------------------------------------

  /** Removes all personal data from the form. */
  forget() {
    Object.assign(this.form, { name: '', email: '', text: '' });
    this.files?.uploads.take();
    this.request.forget();
  }

  /** The address that the desk has, for this and the next conversation. @param {string} email */
  keepAddress(email) {
    this.form.email = email;
    this.memory.set('email', email);
  }

  /** A stored text is no longer a draft. @param {string|null} text that is stored now */
  stored(text) {
    if (text && this.form.text === text) this.form.text = '';
  }

  /** Takes files for the first message. @param {Iterable<File>} given */
  async attach(given) {
    // A list of files is emptied with its field.
    const files = [...given];
    try {
      const [{ formFiles }] = await lazily(() => Promise.all([import('./form-files.js'), laterStyle()]));
      this.files ??= formFiles(this.chat);
      this.files.uploads.add(files);
      if (this.chat.wrong?.field === 'files') this.chat.forgive();
    } catch {
      this.chat.refuse('form', t('No connection.'), 'files');
    }
  }

  /** @param {Partial<Form>} fields @param {{isAddress?: boolean}} [seen] what stands in the field for it may be one */
  fill(fields, { isAddress = false } = {}) {
    const { wrong } = this.chat;
    if (
      (wrong?.field === 'text' && fields.text?.trim()) ||
      (wrong?.field === 'email' && 'email' in fields && isAddress)
    )
      this.chat.wrong = null;
    if ('text' in fields) this.drafts.set(NEW, fields.text ?? '');
    if ('team' in fields) this.takeBack();
    if ('email' in fields && this.warned) this.takeBack(this.leaving);
    Object.assign(this.form, fields);
    this.chat.changed();
  }

  /** Takes suggestions of the page around. @param {Record<string, unknown>} first */
  async suggest(first) {
    (await lazily(() => import('./rarely.js'))).suggest(this, first);
  }

  /** Tells the page around, once each, which values this desk does not have. */
  async check() {
    const { choosing, visit } = this;
    if (!visit.teams.length || !(choosing.given || choosing.suggested.team || choosing.suggested.product)) return;
    // Without a connection they are not told: it is for the makers, and may wait.
    const part = await lazily(() => import('./rarely.js')).catch(() => null);
    for (const what of part?.faultsOf(choosing) ?? []) {
      if (!this.#toldPage.has(what)) this.chat.host.tell('wrong', { what });
      this.#toldPage.add(what);
    }
  }

  /** A message instead of a chat, or the other way round. */
  swap() {
    this.takeBack(!this.leaving);
    this.chat.changed();
  }

  /** Refusals of the form are outdated. */
  takeBack(leaving = false) {
    this.leaving = leaving;
    this.warned = false;
    this.chat.wrong = null;
  }

  // -- what comes of it ----------------------------------------------------------------------

  /** What stands in the way of sending: a sentence, and the field at fault. @param {boolean} isAddress @returns {[string, Field]|null} */
  #fault(isAddress) {
    if (!this.form.text.trim()) return [t('Write a few words first, so we know how to help.'), 'text'];
    if (!this.team) return [t('Choose what it’s about. “I’m not sure” is fine, too.'), 'team'];
    if (this.files?.uploads.busy) return [t('A file is still uploading.'), 'files'];
    if (!isAddress) return [t('That doesn’t look like an email address. Correct it or leave it empty.'), 'email'];
    if (!this.asTicket || this.hasAddress || this.warned) return null;
    this.warned = true;
    return [t('Without an address, we can answer you only here. Add one, or send it anyway.'), 'email'];
  }

  /** Sends the form: as the start of a chat, or as a message that becomes a ticket. @param {{isAddress: boolean}} seen what stands in the field for it may be one */
  submit({ isAddress }) {
    const { form } = this;
    if (!this.teams.length || this.visit.phase !== 'form') return;
    const fault = this.#fault(isAddress);
    const { team } = this;
    if (fault) return this.chat.refuse('form', ...fault);
    if (!team) return;
    const value = (/** @type {string} */ text) => text.trim() || undefined;
    this.chat.wrong = null;
    for (const [key, kept] of Object.entries({
      name: form.name.trim(),
      email: form.email.trim(),
      product: this.choosing.product,
    }))
      this.memory.set(/** @type {import('./memory.js').Key} */ (key), kept);
    const fields = {
      team: team.team,
      text: form.text,
      product: this.choosing.product || undefined,
      name: value(form.name),
      email: value(form.email),
      ...(this.files?.uploads.files.length && { files: this.files.uploads.files.map(({ id }) => id) }),
    };
    if (this.asTicket) {
      this.visit.phase = 'sending';
      this.request.send(fields);
    } else {
      const { fields: said } = this.chat.host;
      this.visit.begin('starting');
      this.#watchStart(
        this.desk.commit('chat.start', { ...fields, fields: Object.keys(said).length ? said : undefined }).done,
      );
    }
    this.chat.changed();
  }

  /** Continues a start that an earlier page began. */
  resumeStart() {
    const underWay = this.start;
    if (!underWay) return;
    this.form.team = underWay.fields.team;
    this.visit.begin('starting');
    this.#watchStart(this.desk.done(underWay.id));
    this.chat.changed();
  }

  /** Takes back the start of a chat. */
  withdraw() {
    const { start } = this;
    if (!start) return;
    this.form.text ||= start.fields.text;
    this.drafts.set(NEW, this.form.text);
    this.desk.discard(start.id);
  }

  /** @param {Promise<Ok>} done */
  async #watchStart(done) {
    const text = this.start?.fields.text ?? this.form.text;
    try {
      const ok = await done;
      if (ok.chat !== this.visit.chat) this.chat.adopt(ok.chat);
      this.visit.holds(ok);
      this.#written(text);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      for (const entry of this.desk.outbox()) if (entry.type === 'chat.start') this.desk.discard(entry.id);
      if (error.code !== 'discarded') this.#notStarted(error, text);
      else if (this.visit.phase === 'starting') this.visit.begin('form');
    }
    this.chat.changed();
  }

  /** The text stays in the form. If nobody can take the chat, it can be sent as a message. @param {DeskError} error @param {string} text */
  async #notStarted(error, text) {
    if (error.code === 'already_chatting' && error.chat) {
      this.visit.join(error.chat);
      this.chat.remember(error.chat);
      this.chat.follow(error.chat);
      this.#written(text);
      return this.chat.keepAsDraft([text], t('You already have a chat.'));
    }
    const { team } = this;
    this.visit.begin('form');
    if (error.code === 'team_closed' && team) {
      this.visit.closedFor(team.team, error.refusal.opens_at ?? null);
      return this.chat.refuse(
        'form',
        t('{team} just closed. You can send your text as a message instead.', { team: team.name }),
      );
    }
    this.leaving = error.code === 'queue_full';
    const words = this.leaving && (await lazily(() => import('./rarely.js')).catch(() => null));
    if (words && team) return this.chat.refuse('form', words.fullWords(team, error.refusal.wait_s ?? null));
    return this.#refuseForm(error);
  }

  /** Shows the refusal beside the field that the desk names, if the form has it. @param {Refused|DeskError} error */
  #refuseForm(error) {
    const { email, text } = error.fields ?? {};
    this.chat.refuse('form', sentenceOf(error), email ? 'email' : text ? 'text' : undefined);
  }

  /** @param {string} text that is stored now, or stands elsewhere, and is no draft here */
  #written(text) {
    this.drafts.drop(text);
    this.stored(text);
    this.form.team = this.suggested.team ?? '';
    this.files?.uploads.take();
    this.warned = false;
  }

  /** @param {Body} body @param {number} number */
  #leftAs(body, number) {
    this.#written(body.text);
    this.memory.set('left', JSON.stringify({ team: body.team, email: body.email, number }));
    this.#hasLeft(body, number);
    this.chat.changed();
  }

  /** @param {{team: string, email?: string}} body @param {number} number */
  #hasLeft(body, number) {
    this.visit.begin('left');
    this.visit.team = body.team;
    this.visit.outcome = { ticket: number, status: 'open', reason: 'message' };
    this.left = body;
    this.chat.wrong = null;
  }
}
