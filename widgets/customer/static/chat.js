/**
 * One customer's chat, as the views see it: where it stands, what was written, and what may be done. It draws nothing.
 *
 * @import { Desk } from '../shared/client/desk.js'
 * @import { Durable, Entry, Fields, Ok, Sender } from '../shared/client/types.js'
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Zones } from '../shared/hours.js'
 * @import { File } from '../shared/story.js'
 * @import { Team } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Host } from './host.js'
 * @import { Memory } from './memory.js'
 * @import { Sounds } from './sound.js'
 * @import { Body } from './request.js'
 *
 * @typedef {'opening'|'form'|'queued'|'talk'|'after'} View
 * @typedef {'form'|'line'|'files'|'rating'} Place where on the screen a refusal belongs
 * @typedef {'text'|'email'|'score'} Field
 * @typedef {{at: Place, sentence: string, field?: Field}} Wrong `field`: the one at fault
 * @typedef {{team: string, product: string, name: string, email: string, text: string}} Form
 *
 * @typedef {Object} Events what `on` can listen to
 * @property {() => void} change something that is shown is another
 * @property {() => void} fresh another conversation, or none: forget what is shown of one
 * @property {(frame: Durable, live: boolean) => void} told a durable event of this chat, in order
 * @property {() => void} ending the customer is to be asked whether it is over
 * @property {() => void} whole all of the past was told
 * @property {(sender: Sender|null) => void} typing who is at it on the other side
 * @property {(field: Field) => void} refused the customer is to look at this field
 */

import { DeskError } from '../shared/client/errors.js';
import { idsBy } from '../shared/client/ids.js';
import { committed } from '../shared/committing.js';
import { Refused, ask } from '../shared/http.js';
import { unstored } from '../shared/line.js';
import { paced } from '../shared/pace.js';
import { sentenceOf } from '../shared/refusals.js';
import { TypingSign, TypingSignal, endsTyping } from '../shared/typing.js';
import { t } from '../shared/words.js';
import { Request } from './request.js';
import { fullWords } from './sentences.js';
import { Visit } from './visit.js';

const NO_FILES = { count: 0, size: 0, types: [] };
/** Of what a page may suggest, in characters. @type {Array<[keyof Form, number]>} */
const LIMITS = [['team', 32], ['product', 200], ['name', 200], ['email', 254], ['text', 8_000]];
/** What is in the form before there is a chat. */
const NEW = 'new';

export class Chat {
  visit = new Visit();
  /** Somebody can see it. */
  open = true;
  /** It is over, and read once more. */
  rereading = false;
  /** A message in place of a chat, although the team is open. */
  leaving = false;
  /** It was said what a message without an address means. */
  warned = false;
  /** Something is on its way that must not be sent twice. */
  busy = false;
  /** What was left with the message that is a ticket now. @type {{team: string, email?: string}|null} */
  left = null;
  /** A message that came too late stands in this ticket now. @type {number|null} */
  addedTo = null;
  /** @type {Wrong|null} */
  wrong = null;
  /** What the whole face has to say, until something else is or all is well again. @type {{what: string, why: string}|null} */
  alarm = null;
  /** @type {Form} */
  form;
  /** What is known of files that are on their way with a message, by id. @type {Map<string, File>} */
  files = new Map();
  /** How many of their messages were stored while one looked on. */
  sent = 0;
  /** The newest message that came while the chat was closed. @type {Durable|null} */
  #came = null;
  /** What was told before there was a view for it. @type {Array<[Durable, boolean]>} */
  #untold = [];
  /** What the page around has put into the form. @type {Partial<Form>} */
  #suggested = {};
  /** @type {Set<string>} */
  #toldPage = new Set();
  /** @type {string|null} */
  #followed = null;
  #told = '';
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #listeners = new Map();

  /**
   * @param {Object} options
   * @param {Desk} options.desk
   * @param {Host} options.host
   * @param {Memory} options.memory
   * @param {Sounds} options.sounds
   * @param {Drafts} options.drafts
   * @param {Storage|null} options.storage
   * @param {Zones} options.zones
   * @param {Vocabulary} options.words
   * @param {string|null} options.team the page around it has chosen this one
   * @param {() => number} [options.now] ms
   */
  constructor({ desk, host, memory, sounds, drafts, storage, zones, words, team, now = () => Date.now() }) {
    this.desk = desk;
    this.host = host;
    this.memory = memory;
    this.sounds = sounds;
    this.drafts = drafts;
    this.zones = zones;
    this.words = words;
    this.now = now;
    this.given = team;
    this.open = !host.framed;
    this.form = { team: '', product: '', name: memory.get('name') ?? '', email: memory.get('email') ?? '', text: drafts.get(NEW) };
    this.typing = new TypingSign((sender) => this.#emit('typing', sender));
    this.signal = new TypingSignal((on) => {
      if (this.visit.chat && this.visit.phase === 'active') desk.cast('typing', { chat: this.visit.chat, on });
    });
    this.newKey = idsBy(now);
    this.changedSoon = paced(() => this.changed());
    this.request = new Request({
      storage,
      newKey: this.newKey,
      post: async ({ key, body }) => {
        // Before the first `hello` there is nobody to send it as.
        if (!desk.token) throw new Refused(0, { detail: t('There is no connection yet.') });
        const { data } = await ask('POST', '/api/tickets', { body, bearer: desk.token, headers: { 'Idempotency-Key': key } });
        return data.number;
      },
      stored: (body, number) => this.#leftAs(body, number),
      refused: (body, error) => {
        this.visit.phase = 'form';
        this.form.text ||= body.text;
        this.#refuseForm(error);
      },
      putOff: (error) => {
        const why = error.status ? sentenceOf(error) : t('We can’t reach the desk.');
        this.refuse('form', t('{why} Your message is kept here and is sent as soon as it works.', { why }));
      },
    });
    this.#listen();
  }

  /** @template {keyof Events} Name @param {Name} name @param {Events[Name]} fn `told` is told at once what nobody heard yet */
  on(name, fn) {
    this.#listeners.set(name, (this.#listeners.get(name) ?? new Set()).add(fn));
    if (name === 'told') for (const [frame, live] of this.#untold.splice(0)) this.#emit('told', frame, live);
  }

  /** @template {keyof Events} Name @param {Name} name @param {Parameters<Events[Name]>} args */
  #emit(name, ...args) {
    for (const fn of this.#listeners.get(name) ?? []) fn(...args);
  }

  /** Something is another now: draw, and tell the page around. */
  changed() {
    this.#readAll();
    this.#tellPage();
    this.#emit('change');
  }

  // -- where it stands -----------------------------------------------------------------------

  /** @returns {View} */
  get view() {
    const { phase } = this.visit;
    if (phase === 'opening') return 'opening';
    if (phase === 'form' || phase === 'starting' || phase === 'sending') return 'form';
    // Whoever was answered reads on while they wait again, unless they are to choose.
    if (phase === 'queued' && (!this.visit.wasAnswered || this.visit.decideBy)) return 'queued';
    if (phase === 'left') return 'after';
    const late = this.unsent.some(({ type }) => type === 'message.send');
    return phase === 'closed' && !this.rereading && !late ? 'after' : 'talk';
  }

  /** Teams that can be chosen. */
  get teams() {
    const given = this.visit.teams.find((team) => team.team === this.given);
    return given ? [given] : this.visit.teams;
  }

  /** @returns {Team|undefined} */
  get team() {
    return this.teams.find(({ team }) => team === this.form.team) ?? this.teams.find(({ team }) => team === this.memory.get('team')) ?? this.teams[0];
  }

  /** One of the chosen team's, empty where it has none. */
  get product() {
    const all = this.team?.products ?? [];
    return [this.form.product, this.memory.get('product')].find((name) => name && all.includes(name)) ?? all[0] ?? '';
  }

  /** Nobody is there to chat, or nobody is to be waited for: what is written becomes a ticket. */
  get asTicket() {
    return this.leaving || this.mustProve || this.visit.phase === 'sending' || this.team?.open === false;
  }

  /** The team chats with proven customers alone, and nobody has said who this one is. */
  get mustProve() {
    return this.team?.identity === 'required' && !this.desk.proof;
  }

  /** Of the files that go with a message; none are taken before the desk has said which. @returns {import('../shared/uploads.js').Limits} */
  get limits() {
    return this.desk.hello?.limits?.files ?? NO_FILES;
  }

  /** Somebody sees what comes. */
  get looksOn() {
    return this.open && document.visibilityState === 'visible' && document.hasFocus();
  }

  /** What is to be shown beside the button: nothing that was seen, taken back or put away. @returns {Durable|null} */
  get peek() {
    return !this.open && this.#came && this.visit.fromStaff.includes(this.#came.seq) ? this.#came : null;
  }

  /** An answer can reach them without an address that they give here. */
  get hasAddress() {
    return Boolean(this.desk.proof?.email || this.form.email.trim());
  }

  /** @returns {Entry[]} */
  get unsent() {
    return this.visit.chat ? this.desk.outbox(this.visit.chat) : [];
  }

  /** The server cannot store what was written. */
  get stuck() {
    return unstored(this.unsent).length > 0;
  }

  /** @param {Place} at @returns {string} */
  wrongAt(at) {
    return this.wrong?.at === at ? this.wrong.sentence : '';
  }

  // -- what is heard -------------------------------------------------------------------------

  #listen() {
    const { desk, host, visit } = this;
    desk.on('hello', (ok) => {
      const chat = visit.greeted(ok, this.memory.get('chat'));
      this.#check();
      if (chat) this.#follow(chat);
      else if (visit.phase === 'opening') this.#begin();
      this.changed();
      this.request.retry();
    });
    desk.on('event', (frame, { chat, replay }) => this.#event(frame, chat, !replay));
    desk.on('reset', (chat) => {
      if (chat !== visit.chat) return;
      const { phase } = visit;
      visit.begin(phase);
      visit.join(chat);
      this.#fresh();
    });
    desk.on('resumed', (ok) => {
      if (ok.chat && ok.chat !== visit.chat) return;
      visit.holds(ok);
      this.#emit('whole');
      this.changed();
    });
    desk.on('news', (frame) => {
      visit.heard(frame);
      if (frame.type === 'chat.silent' && frame.chat === visit.chat && !this.looksOn) this.sounds.play('answered');
      if (frame.chat === visit.chat && frame.type === 'typing' && frame.from.kind === 'staff') this.typing.on(frame);
      this.changedSoon();
    });
    desk.on('forgotten', () => this.#forgotten());
    desk.on('state', this.changedSoon);
    desk.on('outbox', this.changedSoon);
    desk.on('error', (error) => {
      // A remembered chat that is no longer known here: begin afresh.
      if (error.code === 'not_found' && error.chat === visit.chat && !visit.lastSeq) this.again();
      // The page's proof of who this is has run out: only the page can give another.
      if (error.code === 'unauthorized') host.tell('identify');
    });
  }

  /** @param {Durable} frame @param {string} chat @param {boolean} live */
  #event(frame, chat, live) {
    const { visit } = this;
    if (frame.type === 'chat.started' && (!visit.chat || visit.phase === 'closed') && chat !== visit.chat) this.#adopt(chat);
    if (chat !== visit.chat) return;
    visit.told(frame);
    if (endsTyping(frame, 'staff')) this.typing.off();
    // Where the tab that wrote it is gone, nobody else would know that it is a draft no longer.
    if (frame.type === 'message' && frame.from.kind === 'customer' && live) this.#dropDraft(frame.text);
    if (this.#listeners.has('told')) this.#emit('told', frame, live);
    else this.#untold.push([frame, live]);
    if (live && frame.type === 'message' && frame.from.kind === 'customer') this.sent += 1;
    // What was wrong in the conversation is so no longer.
    if (frame.type === 'chat.closed') Object.assign(this, { wrong: null, alarm: null });
    if (live && frame.type === 'chat.assigned') this.sounds.play('joined');
    if (live && frame.type === 'message' && frame.from.kind === 'staff') {
      if (!this.looksOn) this.sounds.play('answered');
      if (!this.open) this.#came = frame;
    }
    this.changedSoon();
  }

  /** No chat is there: the form, or what an earlier page had under way. */
  #begin() {
    const starting = this.desk.outbox().some((entry) => entry.type === 'chat.start' && entry.status !== 'failed');
    this.visit.phase = starting ? 'starting' : this.request.body ? 'sending' : 'form';
    try {
      const sent = JSON.parse(this.memory.get('left') ?? 'null');
      if (sent?.number && this.visit.phase === 'form') this.#hasLeft(sent, sent.number);
    } catch {
      this.memory.set('left', null);
    }
  }

  #forgotten() {
    for (const key of /** @type {const} */ (['chat', 'name', 'email', 'left'])) this.memory.set(key, null);
    for (const key of [NEW, this.visit.chat ?? '']) this.drafts.set(key, '');
    Object.assign(this.form, { name: '', email: '', text: '' });
    this.request.forget();
    this.again();
  }

  // -- the conversation ----------------------------------------------------------------------

  /** @param {string} chat */
  #follow(chat) {
    if (this.#followed === chat) return;
    this.#followed = chat;
    this.#fresh();
    this.desk.follow(chat, 0);
  }

  #fresh() {
    this.files.clear();
    this.#untold.length = 0;
    this.addedTo = null;
    this.alarm = null;
    this.#emit('fresh');
  }

  /** All of its events come again, from the first. */
  rereadAll() {
    if (this.visit.chat) this.desk.follow(this.visit.chat, 0);
  }

  /** @param {string} chat */
  #adopt(chat) {
    this.visit.begin('queued');
    this.visit.join(chat);
    this.memory.set('chat', chat);
    this.#followed = chat;
    this.rereading = false;
    this.#fresh();
  }

  /** @param {string} type @param {Fields} fields */
  commit(type, fields) {
    return committed(this.desk, type, fields);
  }

  /** @param {string} text @param {File[]} files @returns {boolean} false where there is nothing to send */
  send(text, files) {
    const { chat } = this.visit;
    if (!chat || (!text.trim() && !files.length)) return false;
    this.signal.stop();
    for (const file of files) this.files.set(file.id, file);
    this.desk.commit('message.send', { chat, text: text.trim() ? text : '', ...(files.length && { files: files.map(({ id }) => id) }) });
    this.drafts.set(chat, '');
    return true;
  }

  /** What is in the box, as it is written. @param {string} text */
  writes(text) {
    if (this.visit.chat) this.drafts.set(this.visit.chat, text);
    if (text) this.signal.touch();
    else this.signal.stop();
  }

  /** What came too late for the chat goes to the ticket that it is now. @param {Entry} entry @param {number} ticket */
  async addTo(entry, ticket) {
    try {
      const { data } = await ask('POST', `/api/tickets/${ticket}/replies`, { body: { text: entry.fields.text }, bearer: this.desk.token, headers: { 'Idempotency-Key': entry.id } });
      this.addedTo = data.number ?? ticket;
      const { outcome } = this.visit;
      if (outcome && outcome.ticket === data.number) outcome.status = data.status;
      this.desk.discard(entry.id);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.raise(t('It was not added to the ticket.'), sentenceOf(error));
    }
  }

  retryUnstored() {
    for (const entry of unstored(this.unsent)) this.desk.retry(entry.id);
  }

  /** A frame on somebody else's page has no session: the address of a file is asked for. @param {File} file @param {boolean} [asked] by the customer, who is told where it is refused @returns {Promise<string|null>} null then */
  async addressOf(file, asked = true) {
    try {
      const { data } = await ask('GET', file.url, { bearer: this.desk.token });
      return data.url;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (asked) this.raise(t('The file did not load.'), sentenceOf(error));
      return null;
    }
  }

  /** @param {string|null} text that is stored now */
  #dropDraft(text) {
    this.drafts.drop(text);
    if (text && this.form.text === text) this.form.text = '';
  }

  // -- before the chat -----------------------------------------------------------------------

  /** @param {Partial<Form>} fields */
  fill(fields) {
    if ('text' in fields) this.drafts.set(NEW, fields.text ?? '');
    if ('team' in fields) this.#takeBack();
    if ('email' in fields && this.warned) this.#takeBack(this.leaving);
    Object.assign(this.form, fields);
    this.changed();
  }

  /** What the page around would begin with. What the customer has written themselves stays. @param {Record<string, unknown>} first */
  suggest(first) {
    if (this.view === 'after') this.again();
    if (this.view !== 'form' && this.view !== 'opening') return;
    /** @type {Partial<Form>} */
    const fields = {};
    for (const [name, most] of LIMITS) {
      const given = first[name];
      const own = name !== 'team' && name !== 'product' && this.form[name].trim() && this.form[name] !== this.#suggested[name];
      if (typeof given === 'string' && given.trim() && !own) fields[name] = [...given].slice(0, most).join('');
    }
    Object.assign(this.#suggested, fields);
    this.#check();
    this.fill(fields);
  }

  /** The page around is told, once each, of what it asked for and this desk does not have. */
  #check() {
    const { teams } = this.visit;
    if (!teams.length) return;
    const keys = teams.map(({ team }) => team);
    const { team, product } = this.#suggested;
    if (this.given && !keys.includes(this.given)) this.#wrongOfPage(`data-team="${this.given}" is none of ${keys.join(', ')}`);
    if (team && !keys.includes(team)) this.#wrongOfPage(`start: team "${team}" is none of ${keys.join(', ')}`);
    const products = teams.filter((one) => !keys.includes(team ?? '') || one.team === team).flatMap((one) => one.products);
    if (product && !products.includes(product)) this.#wrongOfPage(`start: product "${product}" is none of ${products.join(', ')}`);
  }

  /** @param {string} what for its makers, in English */
  #wrongOfPage(what) {
    if (this.#toldPage.has(what)) return;
    this.#toldPage.add(what);
    this.host.tell('wrong', { what });
  }

  /** A message instead of a chat, or the other way round. */
  swap() {
    this.#takeBack(!this.leaving);
    this.changed();
  }

  /** What was said of the form holds no longer. */
  #takeBack(leaving = false) {
    this.leaving = leaving;
    this.warned = false;
    this.wrong = null;
  }

  /** Send what is in the form: as the beginning of a chat, or as a message that becomes a ticket. @param {{isAddress: boolean}} seen what stands in the field for it may be one */
  submit({ isAddress }) {
    const { form, team, product } = this;
    if (!team || this.visit.phase !== 'form') return;
    const value = (/** @type {string} */ text) => text.trim() || undefined;
    if (!value(form.text)) return this.refuse('form', t('Write a few words first, then we know where to begin.'), 'text');
    if (!isAddress) return this.refuse('form', t('This does not look like an e-mail address. Leave it empty if you would rather not give one.'), 'email');
    if (this.asTicket && !this.hasAddress && !this.warned) {
      this.warned = true;
      return this.refuse('form', t('Without an address nobody can answer you. Give one, or send it as it is.'), 'email');
    }
    this.wrong = null;
    for (const [key, kept] of Object.entries({ name: form.name.trim(), email: form.email.trim(), team: team.team, product })) this.memory.set(/** @type {import('./memory.js').Key} */ (key), kept);
    const fields = { team: team.team, text: form.text, product: product || undefined, name: value(form.name), email: value(form.email) };
    if (this.asTicket) {
      this.visit.phase = 'sending';
      this.request.send(fields);
    } else {
      this.visit.begin('starting');
      this.#watchStart(this.desk.commit('chat.start', fields).done);
    }
    this.changed();
  }

  /** A start that an earlier page began goes on. */
  resumeStart() {
    const underWay = this.desk.outbox().find((entry) => entry.type === 'chat.start');
    if (!underWay) return;
    this.visit.begin('starting');
    this.#watchStart(this.desk.done(underWay.id));
    this.changed();
  }

  /** @param {Promise<Ok>} done */
  async #watchStart(done) {
    try {
      const ok = await done;
      if (ok.chat !== this.visit.chat) this.#adopt(ok.chat);
      this.visit.holds(ok);
      this.#written();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      for (const entry of this.desk.outbox()) if (entry.type === 'chat.start') this.desk.discard(entry.id);
      if (error.code === 'discarded') return;
      this.#notStarted(error);
    }
    this.changed();
  }

  /** The text stays where it is; where nobody can take the chat, it is offered as a message. @param {DeskError} error */
  #notStarted(error) {
    if (error.code === 'already_chatting' && error.chat) {
      this.visit.join(error.chat);
      this.memory.set('chat', error.chat);
      return this.#follow(error.chat);
    }
    const { team } = this;
    this.visit.begin('form');
    if (error.code === 'team_closed' && team) {
      this.visit.closedFor(team.team, error.refusal.opens_at ?? null);
      return this.refuse('form', t('{team} has just closed. What you wrote is still here: send it as a message.', { team: team.name }));
    }
    this.leaving = error.code === 'queue_full';
    if (this.leaving && team) return this.refuse('form', fullWords(team, error.refusal.wait_s ?? null));
    return this.#refuseForm(error);
  }

  /** Beside the field that the desk names, where it names one of the form's. @param {Refused|DeskError} error */
  #refuseForm(error) {
    const { email, text } = error.fields ?? {};
    this.refuse('form', sentenceOf(error), email ? 'email' : text ? 'text' : undefined);
  }

  /** What was in the form is stored now, and a draft no longer. */
  #written() {
    this.drafts.set(NEW, '');
    this.form.text = '';
    this.warned = false;
  }

  /** @param {Body} body @param {number} number */
  #leftAs(body, number) {
    this.#written();
    this.memory.set('left', JSON.stringify({ team: body.team, email: body.email, number }));
    this.#hasLeft(body, number);
    this.changed();
  }

  /** @param {{team: string, email?: string}} body @param {number} number */
  #hasLeft(body, number) {
    this.visit.begin('left');
    this.visit.team = body.team;
    this.visit.outcome = { ticket: number, status: 'open', reason: 'message' };
    this.left = body;
    this.wrong = null;
  }

  /** @param {Place} at @param {string} sentence @param {Field} [field] at fault */
  refuse(at, sentence, field) {
    this.wrong = { at, sentence, field };
    this.changed();
    if (field) this.#emit('refused', field);
  }

  /** What was refused is mended. */
  forgive() {
    this.wrong = null;
    this.changed();
  }

  /** @param {string} what @param {string} why */
  raise(what, why) {
    this.alarm = { what, why };
    this.changed();
  }

  // -- leaving, ending, beginning again ------------------------------------------------------

  askEnd() {
    this.#emit('ending');
  }

  async end() {
    const { chat } = this.visit;
    if (!chat) return;
    try {
      await this.commit('chat.end', { chat });
    } catch (error) {
      if (error instanceof DeskError && error.code !== 'chat_closed') this.raise(t('The chat did not end.'), sentenceOf(error));
    }
  }

  /** Stay in line although the team closes. */
  keepPlace = () => this.#ask('line', 'chat.wait', {});

  /** @param {number} score 1 to 5, 0 where none was chosen @param {string} comment */
  async rate(score, comment) {
    if (score) await this.#ask('rating', 'chat.rate', { score, comment: comment.trim() || undefined });
    else this.refuse('rating', t('Choose from one to five stars first.'), 'score');
  }

  /** @param {Place} at @param {string} type @param {Fields} fields */
  async #ask(at, type, fields) {
    const { chat } = this.visit;
    if (!chat || this.busy) return;
    this.wrong = null;
    this.busy = true;
    this.changed();
    try {
      await this.commit(type, { chat, ...fields });
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.refuse(at, sentenceOf(error));
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** @param {boolean} [on] false: back to what it has become */
  reread(on = true) {
    this.rereading = on;
    this.changed();
  }

  /** The chat that was is left behind. */
  again() {
    if (this.visit.chat) this.desk.unfollow(this.visit.chat);
    for (const entry of this.unsent) this.desk.discard(entry.id);
    this.memory.set('chat', null);
    this.memory.set('left', null);
    this.#takeBack();
    this.#followed = null;
    this.rereading = false;
    this.visit.begin('form');
    this.#fresh();
    this.changed();
  }

  // -- who reads, and the page around --------------------------------------------------------

  /** Hide the chat, and what it shows of a message. */
  minimise() {
    this.#came = null;
    this.changed();
    this.host.tell('minimise');
  }

  #readAll() {
    const { visit } = this;
    const seen = this.open && visit.phase !== 'queued' && document.visibilityState === 'visible' && this.view === 'talk';
    if (!seen || visit.lastSeq <= visit.lastRead) return;
    const news = visit.unread > 0;
    visit.readUpto(visit.lastSeq);
    if (news && visit.phase === 'active') this.desk.cast('read', { chat: visit.chat, upto: visit.lastSeq });
  }

  #tellPage() {
    const { visit } = this;
    const undecided = ((visit.phase === 'queued' && visit.decideBy) || visit.silent) && !this.open ? 1 : 0;
    const news = { unread: visit.unread + undecided, chat: Boolean(visit.chat && visit.phase !== 'closed') };
    if (visit.phase === 'opening' || this.#told === JSON.stringify(news)) return;
    this.#told = JSON.stringify(news);
    this.host.tell('news', news);
  }
}
