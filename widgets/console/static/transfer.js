/**
 * Dialog that transfers a chat to a team's queue or a colleague, with a note; to a closed team as a ticket.
 *
 * @import { About, Colleague, Team } from '../shared/types.js'
 * @import { Target } from './targets.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { pageData } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { Drafts } from '../shared/drafts.js';
import { icon, picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { enterKeys } from './keyboard.js';
import { Part } from './work-part.js';
import { groups, insteadOf, matching } from './targets.js';

const NOTE_MAX = 8_000;
/** Colleagues come and go while the dialog is open. */
const AGAIN_MS = 5_000;

class TransferDialog extends Part {
  /** @type {{chat: string, about: About}|null} null while it is closed */
  #of = null;
  /** null while it is loading. @type {Colleague[]|null} */
  #staff = null;
  /** All teams, including those the agent does not work for. Until they are loaded, only the agent's own. @type {Team[]|null} */
  #teams = null;
  /** Why teams and colleagues could not be loaded. */
  #unknown = '';
  #to = '';
  /** Notes that were not sent, by chat. @type {Drafts|null} */
  #notes = null;
  #search = '';
  /** The key of the team that the agent was told nobody is in. */
  #warned = '';
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #asking;
  /** The fault beside the chosen target. */
  #wrong = '';
  #noteWrong = '';
  #sending = false;
  /** The host that summarizes chats. @type {string|undefined} */
  #assistant = pageData().assist;
  #summing = false;

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** Targets for the chat on the screen. */
  async open() {
    const { chosen, about } = this.work;
    if (chosen === null || !about || this.dialog.open) return;
    this.#of = { chat: chosen, about };
    this.#notes ??= new Drafts(`transfer.${this.work.me.id}`, this.work.drafts.storage);
    this.#to = '';
    this.#search = '';
    this.#warned = '';
    this.#refuse('');
    this.#staff = null;
    this.#teams = null;
    this.#ask();
    this.#asking = setInterval(() => this.#ask(), AGAIN_MS);
    await this.updateComplete;
    this.dialog.showModal();
    this.one('[role=searchbox]', HTMLInputElement).focus();
  }

  get #note() {
    return (this.#of && this.#notes?.get(this.#of.chat)) ?? '';
  }

  /** @param {string} text */
  set #note(text) {
    if (this.#of) this.#notes?.set(this.#of.chat, text);
  }

  async #ask() {
    try {
      const [staff, hours] = await Promise.all([ask('GET', '/api/staff?everybody=true'), ask('GET', '/api/hours')]);
      this.#staff = staff.data;
      this.#teams = hours.data.teams;
      this.#unknown = '';
      for (const { team, name } of hours.data.teams) this.work.otherTeams.set(team, name);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!this.#teams) this.#unknown = error.message;
      this.#staff ??= [];
    }
    this.requestUpdate();
  }

  /** @param {string} wrong @param {string} [noteWrong] */
  #refuse(wrong, noteWrong = '') {
    this.#wrong = wrong;
    this.#noteWrong = noteWrong;
    this.requestUpdate();
  }

  /** Loads all targets with their current state. */
  get #groups() {
    const { chats, queues, me, presence } = this.work;
    return groups({
      teams: this.#teams ?? [...chats.teams.values()],
      queues: queues.list,
      staff: this.#staff ?? [],
      me: me.id,
      serves: (team) => presence.state?.status === 'available' && !presence.state.paused.includes(team),
      team: this.#of?.about.team ?? '',
      locale: this.#of?.about.locale,
      now: this.work.now(),
      teamName: (key) => this.work.teamName(key),
    });
  }

  /** @returns {Target|undefined} */
  get #target() {
    return this.#groups.flatMap(({ targets }) => targets).find(({ key }) => key === this.#to);
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const target = this.#target;
    if (!this.#of || this.#sending) return;
    if (!target) return this.#refuse('Choose a team or a colleague.');
    if (target.no) return this.#refuse(`${target.name} isn’t available (${target.sign}). Choose somebody else.`);
    if (target.tone === 'danger' && this.#warned !== target.key) {
      this.#warned = target.key;
      return this.requestUpdate();
    }
    await this.#give(this.#of.chat, target, target.closed);
  }

  /** @param {string} chat @param {Target} target @param {boolean} asTicket */
  async #give(chat, target, asTicket) {
    this.#sending = true;
    this.requestUpdate();
    try {
      await this.#send(chat, target, asTicket);
      this.#note = '';
      this.dialog.close();
      // The next chat came to the screen while the dialog still held the focus.
      const { wanted } = this.work;
      if (wanted !== null && wanted !== chat) this.work.enter(wanted);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      const { note, ...others } = error.fields ?? {};
      this.#refuse(note ? '' : (Object.values(others)[0] ?? error.message), note);
      // Their state may have changed.
      this.#ask();
    } finally {
      this.#sending = false;
      this.requestUpdate();
    }
  }

  /** @param {string} chat @param {Target} target @param {boolean} asTicket */
  async #send(chat, target, asTicket) {
    if (!asTicket)
      return this.work.handovers.transfer(
        chat,
        target.kind === 'team' ? { team: target.id } : { staff: target.id, name: target.name },
        this.#note,
      );
    // What the customer writes from here on, the agent has not seen.
    const { about, lastSeq: seen } = this.work.chats.of(chat);
    if (this.#note.trim()) await this.work.commit('note.add', { chat, text: this.#note.trim() });
    this.#note = '';
    const { ticket } = await this.work.commit('chat.close', { chat, status: 'open', team: target.id, seen });
    const name = about?.customer.name ?? NAMELESS;
    const { endings } = this.work;
    endings.finished.closed({ chat, name, ticket, status: 'open', words: `For ${target.name}` });
    endings.goOn(chat);
  }

  /** The summary goes below what is in the note already. */
  async #summarize() {
    const chat = this.#of?.chat;
    this.#summing = true;
    this.#refuse(this.#wrong);
    try {
      const { data } = await ask('POST', `/api/chats/${chat}/assist`, { body: { what: 'summary' } });
      // The dialog may be about another chat by now.
      if (chat === this.#of?.chat)
        this.#note = [this.#note.trim(), data.text].filter(Boolean).join('\n\n').slice(0, NOTE_MAX);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (chat === this.#of?.chat) this.#noteWrong = error.message;
    } finally {
      this.#summing = false;
      this.requestUpdate();
    }
  }

  #closed() {
    clearInterval(this.#asking);
    this.#of = null;
    this.requestUpdate();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`<dialog class="dlg" aria-labelledby="transfer-title" @close=${this.#closed}>${this.#of ? this.#form(this.#of.about) : nothing}</dialog>`;
  }

  /** @param {About} about */
  #form(about) {
    const all = this.#groups;
    const shown = matching(all, this.#search);
    const instead = this.#search ? insteadOf(shown, all, about.team) : null;
    const target = this.#target;
    const warned = target?.tone === 'danger' && this.#warned === target.key;
    const name = about.customer.name ?? NAMELESS;
    return html`<form method="dialog" novalidate @submit=${this.#submit} @keydown=${this.#pressed}>
      <header><h2 id="transfer-title">Transfer the chat with ${name}</h2><p>They’ll see the whole conversation.</p></header>
      <div class="b">
        <div>
          <div class="find">${icon('search')}<input class="field" type="text" role="searchbox" aria-label="To a team or a colleague" placeholder="To a team or a colleague" .value=${live(this.#search)} @input=${this.#searched} @keydown=${this.#firstFound}></div>
          <p class="so" role="status">${instead ? `${instead.why} Enter ${instead.target.closed ? 'makes it a ticket for' : 'sends it to'} ${instead.target.name} instead.` : nothing}</p>
          <div class="codes targets">
            ${repeat(
              shown,
              ({ title }) => title,
              ({ title, targets }) =>
                html`<fieldset>${title ? html`<legend>${title}</legend>` : html`<legend class="sr">Results</legend>`}${repeat(
                  targets,
                  ({ key }) => key,
                  (one) => this.#row(one),
                )}</fieldset>`,
            )}
            ${shown.length ? nothing : html`<p class="quiet none">No match.</p>`}
            ${this.#staff ? nothing : html`<p class="quiet none">Loading teams and colleagues</p>`}
            ${this.#unknown ? html`<p class="wrong" role="alert"><span>Teams and colleagues didn’t load: ${this.#unknown} <button type="button" class="textbtn" @click=${() => this.#ask()}>Try again</button></span></p>` : nothing}
          </div>
          ${this.#wrong && !target ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
        </div>
        ${warned && target ? html`<p class="instead" role="alert">${icon('circle-alert')}<span><b>Nobody is available for ${target.name}.</b> ${name} would wait until somebody is. <button type="button" class="textbtn" ?disabled=${this.#sending} @click=${() => this.#give(this.#of?.chat ?? '', target, true)}>Close as a ticket for ${target.name}</button></span></p>` : nothing}
        ${target?.closed ? html`<p class="instead">${icon('ticket')}<span><b>${target.name} isn’t taking chats right now.</b> You can close this chat as an open ticket for ${target.name}. The customer gets the ticket number.</span></p>` : nothing}
        <label data-field="note"><span class="label">Note for staff <span class="quiet">(optional)</span></span><textarea class="field" name="note" rows="2" maxlength=${NOTE_MAX} dir="auto" aria-invalid=${this.#noteWrong ? 'true' : nothing} .value=${live(this.#note)} @input=${(
          /** @type {InputEvent} */ event,
        ) => {
          this.#note = /** @type {HTMLTextAreaElement} */ (event.target).value;
        }}></textarea>${this.#noteWrong ? html`<p class="wrong" role="alert">${this.#noteWrong}</p>` : nothing}</label>
        ${this.#assistant ? html`<div><button type="button" class="btn sm" ?disabled=${this.#summing} @click=${() => this.#summarize()}>${this.#summing ? `Asking ${this.#assistant}…` : 'Add a summary to the note'}</button></div>` : nothing}
      </div>
      <footer><span class="quiet"><kbd class="kbd">Esc</kbd> back to the chat</span><span class="end"><button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${this.#sending}>${target?.closed ? `Close as a ticket for ${target.name}` : target ? `Transfer to ${target.name}${warned ? ' anyway' : ''}` : 'Transfer'} ${enterKeys}</button></span></footer>
    </form>`;
  }

  /** @param {Target} target */
  #row({ key, kind, id, name, facts, sign, tone, dot, no }) {
    return html`<label class=${no ? 'no' : nothing}>
      <input type="radio" name="to" value=${key} ?disabled=${no} .checked=${live(key === this.#to)} @change=${() => this.#choose(key)}>
      ${kind === 'team' ? html`<span class="pic">${icon('users')}</span>` : picture({ id, name }, { size: 'sm', dot })}
      <span class="two"><b>${name}</b><small>${facts}</small></span>
      ${tone ? html`<span class="tag ${tone}">${icon(tone === 'danger' ? 'user-x' : 'clock')}${sign}</span>` : html`<small>${sign}</small>`}
      ${key === this.#to && this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
    </label>`;
  }

  /** @param {string} key */
  #choose(key) {
    this.#to = key;
    this.#refuse('', this.#noteWrong);
  }

  /** @param {InputEvent} event */
  #searched({ target }) {
    this.#search = /** @type {HTMLInputElement} */ (target).value;
    this.requestUpdate();
  }

  /** Ctrl or ⌘ with Enter transfers from every field. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }

  /** From the search, Enter and Arrow Down move to the first match that can be chosen. Only Enter takes the team that is proposed instead. @param {KeyboardEvent} event */
  #firstFound(event) {
    const goes = event.key === 'ArrowDown' || (event.key === 'Enter' && !event.ctrlKey && !event.metaKey);
    if (!goes || event.isComposing) return;
    event.preventDefault();
    if (event.repeat) return;
    const all = this.#groups;
    const instead = this.#search ? insteadOf(matching(all, this.#search), all, this.#of?.about.team ?? '') : null;
    if (!instead || event.key === 'ArrowDown')
      this.#take(this.renderRoot.querySelector('.targets input:not(:disabled)'));
    else this.#takeInstead(instead.target.key);
  }

  /** The team is not among the results: all are shown again. @param {string} key */
  async #takeInstead(key) {
    this.#search = '';
    this.requestUpdate();
    await this.updateComplete;
    this.#take(this.renderRoot.querySelector(`.targets input[value="${CSS.escape(key)}"]`));
  }

  /** @param {Element|null} row */
  #take(row) {
    if (!(row instanceof HTMLInputElement)) return;
    row.click();
    row.focus();
  }
}

customElements.define('transfer-dialog', TransferDialog);
