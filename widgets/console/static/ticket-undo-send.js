/**
 * *Undo send* on the ticket page: a reply waits in its box for the seconds that its writer chose. Undo, Esc or a change of
 * the reply keeps it there. Anything else sends it at once: Ctrl and Enter, a click or the focus elsewhere, another tab, a
 * text of somebody else, leaving the page. Until the desk has it, it is kept in the browser (`left-replies.js`).
 *
 * @import { Left } from './left-replies.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { localStore } from '../shared/drafts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { LeftReplies, isStored } from './left-replies.js';
import { UndoChoice, UndoSend } from './undo-send.js';

const SECOND = 1_000;
/** An answer may take so long. */
const UNDER_WAY_MS = 20 * SECOND;
/** What a page sends while it is left has come by then. */
const LEAVING_MS = 2 * SECOND;
/** The second click of a double click is no word to send now. */
const DOUBLE_MS = 500;
/** What has the keys first. */
const OPEN = 'dialog[open], :popover-open [role=listbox]';

const form = () => /** @type {HTMLFormElement|null} */ (document.getElementById('compose'));
const box = () => document.getElementById('reply');
const inForm = (/** @type {EventTarget|null} */ target) => target instanceof Node && Boolean(form()?.contains(target));

/** It arrives also if the page is left meanwhile. @type {typeof fetch} */
const lasting = (path, init) => fetch(path, { ...init, keepalive: true });

export class HeldSend {
  #work;
  #left;
  #choice;
  /** Text, status and files of the reply that is held. */
  #what = '';
  #began = 0;
  /** The writer knows of what is kept, or is told on the page. */
  #known = false;
  #waiting = false;
  /** The text of the reply of which a person was told who signed out. */
  #warned = '';
  /** A reply that was held is on its way. */
  busy = false;
  #underWay = Promise.resolve();

  /** @param {TicketWork} work @param {Storage|null} storage */
  constructor(work, storage) {
    this.#work = work;
    this.#left = new LeftReplies(work.me.id, storage);
    this.#choice = new UndoChoice(work.me.id, storage);
    this.held = new UndoSend({ changed: () => this.#drawn(), send: () => this.#goes(false) });
    const { ask } = work;
    work.ask = (method, path, options) =>
      ask(method, path, this.busy && method === 'POST' ? { ...options, via: lasting } : options);
  }

  #drawn() {
    this.#work.leaving = this.held.holding || this.busy;
    if (!this.held.holding && document.activeElement?.closest('#undo-send')) box()?.focus();
    this.#work.redraw();
  }

  /** There is something that the desk would take. */
  get #ready() {
    const { ticket, writing } = this.#work;
    const { text, noting, sending, attached } = writing;
    const loading = attached.list.some(({ state }) => state !== 'done');
    const something = Boolean(text.trim() || attached.list.length) && !loading;
    const free = !noting && !sending && !ticket?.closed_at && navigator.onLine;
    return something && free && !Object.keys(this.#work.lacks()).length;
  }

  get #now() {
    const { text, status, attached } = this.#work.writing;
    return JSON.stringify([text, status, attached.list.map(({ key }) => key)]);
  }

  /** @returns {boolean} it is held, and kept in the browser */
  hold() {
    const { number, lastSeq, writing } = this.#work;
    const { text, status, attached } = writing;
    const { seconds } = this.#choice;
    const here = document.activeElement === document.body || inForm(document.activeElement);
    if (!seconds || !here || !this.#ready) return false;
    const until = Date.now() + seconds * SECOND + UNDER_WAY_MS;
    if (!this.#left.keep(number, { text, status, seen: lastSeq, files: attached.list.length, until })) return false;
    [this.#what, this.#began, this.#known] = [this.#now, Date.now(), true];
    writing.wrong = '';
    this.#work.said = 'Not sent yet';
    this.held.hold(seconds);
    return true;
  }

  /** The second click of a double click. @param {SubmitEvent} event */
  isDouble({ submitter }) {
    return Boolean(submitter) && Date.now() - this.#began < DOUBLE_MS;
  }

  /** It stays in the box. @param {string} [why] shown */
  takeBack(why = '') {
    const work = this.#work;
    if (!this.held.holding) return;
    this.#left.drop(work.number);
    work.said = 'Taken back, not sent';
    if (why) work.writing.wrong = why;
    this.held.drop();
  }

  /** Sends what is held, now. @param {boolean} [elsewhere] the writer goes on with something else on this page */
  send(elsewhere = false) {
    if (this.held.holding) this.#goes(elsewhere);
  }

  /** @param {boolean} elsewhere */
  #goes(elsewhere) {
    this.#work.elsewhere = elsewhere;
    this.#left.delay(this.#work.number, Date.now() + UNDER_WAY_MS);
    this.busy = true;
    this.held.drop();
    this.#underWay = this.#send();
  }

  async #send() {
    try {
      await this.#work.writing.send();
    } finally {
      this.busy = false;
      // What is still kept was refused. Whoever writes a note by now sees why when they are back.
      this.#left.delay(this.#work.number, 0);
      this.#known = !this.#work.writing.noting;
      this.#drawn();
    }
  }

  /** @returns {Promise<boolean>} once nothing is under way: the desk has it */
  async sent() {
    this.send();
    await this.#underWay;
    return this.#left.of(this.#work.number) === null;
  }

  /** Tells a person who signs out that their reply was refused. @returns {boolean} false without one, and the second time */
  warns() {
    const { number, writing } = this.#work;
    const { text } = this.#left.of(number) ?? { text: '' };
    if (!text || this.#warned === text) return false;
    this.#warned = text;
    const why = writing.wrong && `${writing.wrong} `;
    writing.wrong = `${why}Not sent. Sign out again to leave it here as a draft.`;
    this.#work.redraw();
    return true;
  }

  /** The page is left. */
  part() {
    this.send();
    if (this.busy) this.#left.delay(this.#work.number, Date.now() + LEAVING_MS);
  }

  /** The desk has it. */
  settle() {
    this.#left.drop(this.#work.number);
  }

  /** Something on the page has changed. */
  look() {
    const { ticket, writing, number, me } = this.#work;
    if (this.held.holding) return this.#lookAtHeld();
    const left = this.busy || writing.noting || writing.sending || !ticket ? null : this.#left.of(number);
    if (!left || !ticket) return;
    if (isStored(left, ticket, me.id)) {
      this.settle();
      writing.stored(left.text);
      this.#work.redraw();
    } else if (this.#known) {
      // Whoever changes it knows that it was not sent.
      if (writing.text !== left.text) this.settle();
    } else this.#tell(left);
  }

  #lookAtHeld() {
    const [text] = JSON.parse(this.#what);
    if (!this.#work.ticket) {
      this.#left.delay(this.#work.number, 0);
      this.held.drop();
    } else if (this.#work.writing.text !== text) this.takeBack();
    else if (this.#now !== this.#what) this.takeBack('Changed, and not sent. Send it when it’s ready.');
  }

  /** A reply that was not sent when its page was left. @param {Left} left */
  #tell({ text, status, files, until }) {
    const { writing } = this.#work;
    const wait = until - Date.now();
    if (wait > 0) {
      if (this.#waiting) return;
      this.#waiting = true;
      setTimeout(async () => {
        // It may have come before this page heard of anything.
        await this.#work.catchUp();
        this.#waiting = false;
        this.look();
      }, wait);
      return;
    }
    this.#known = true;
    if (!writing.text.includes(text)) writing.write([writing.text, text].filter(Boolean).join('\n\n'));
    if (status !== writing.status && !writing.refusal(status)) writing.choose(status);
    writing.wrong = `This reply was not sent.${files ? ' Attach its files again.' : ''}`;
    this.#work.redraw();
  }
}

/** What takes a held reply back, and what sends it. @param {HeldSend} sending */
function listens(sending) {
  const { held } = sending;
  const on = (/** @type {string} */ name, /** @type {(event: Event) => void} */ act) =>
    document.addEventListener(name, (event) => held.holding && act(event), true);
  on('input', ({ target }) => {
    if (inForm(target)) sending.takeBack();
  });
  on('keydown', (pressed) => {
    const event = /** @type {KeyboardEvent} */ (pressed);
    const here = event.target === document.body || inForm(event.target);
    if (event.key !== 'Escape' || event.isComposing || !here || document.querySelector(OPEN)) return;
    event.preventDefault();
    event.stopPropagation();
    sending.takeBack();
    box()?.focus();
  });
  // A note is something else, too.
  on('click', ({ target }) => {
    if (!inForm(target) || (target instanceof Element && target.closest('#modes'))) sending.send(true);
  });
  on('focusin', ({ target }) => {
    if (!inForm(target)) sending.send(true);
  });
  on('visibilitychange', () => document.hidden && sending.send());
  addEventListener('offline', () => sending.send());
  // Early, so that the request is under way before the page goes.
  addEventListener('beforeunload', () => sending.send());
  addEventListener('pagehide', () => sending.part());
  // A page that the browser has kept does not know of the answer.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  // Before anybody asks what becomes of chats: whoever has answered that is signed out.
  document.addEventListener(
    'sign-out',
    async (event) => {
      const waits = held.holding || sending.busy;
      if (!waits && !sending.warns()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waits && (await sending.sent())) return document.getElementById('sign-out')?.click();
      if (waits) sending.warns();
      (box() ?? document.querySelector('#composer-part button'))?.focus();
    },
    true,
  );
}

/** @param {TicketWork} work @returns {() => unknown} draws what is held, in the form of the reply */
export function holdsReplies(work) {
  const sending = new HeldSend(work, localStore());
  const { held } = sending;
  document.addEventListener(
    'submit',
    (event) => {
      if (event.target !== form() || event.defaultPrevented) return;
      work.elsewhere = false;
      if (!held.holding) {
        if (!sending.hold()) return;
      } else if (!sending.isDouble(event)) sending.send();
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  listens(sending);
  work.addEventListener('change', () => sending.look());
  work.addEventListener('heard', (event) => /** @type {CustomEvent} */ (event).detail.own || sending.send());
  work.addEventListener('sent', (event) => /** @type {CustomEvent} */ (event).detail === 'Sent' && sending.settle());
  // The reply has gone to another ticket.
  work.addEventListener(
    'leave',
    (event) => /** @type {CustomEvent} */ (event).detail.startsWith('/tickets/') && sending.settle(),
  );
  sending.look();
  const undo = () => {
    sending.takeBack();
    box()?.focus();
  };
  return () =>
    held.holding
      ? html`<p class="undo-send" id="undo-send"><span>Not sent yet.</span> <span class="num" aria-hidden="true">Sends in ${held.left} s.</span>
          <button type="button" class="btn sm" @click=${undo}>Undo <span class="keys" aria-hidden="true">Esc</span></button><button type="button" class="btn sm plain" @click=${() => sending.send()}>Send now <span class="keys" aria-hidden="true">${COMMAND} ↵</span></button></p>`
      : nothing;
}
