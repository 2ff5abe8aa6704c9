/**
 * Dialog that transfers a chat to a team's queue or a colleague, with a note; to a closed team as a ticket.
 *
 * @import { About, Colleague, Team } from '../shared/types.js'
 * @import { Target } from './targets.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { Refused, ask } from '../shared/http.js';
import { icon, picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { enterKeys } from './keyboard.js';
import { Part } from './work-part.js';
import { groups, matching } from './targets.js';

const NOTE_MAX = 8_000;

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
  #note = '';
  #search = '';
  /** The fault beside the chosen target. */
  #wrong = '';
  #noteWrong = '';
  #sending = false;

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** Targets for the chat on the screen. */
  async open() {
    const { chosen, about } = this.work;
    if (chosen === null || !about || this.dialog.open) return;
    this.#of = { chat: chosen, about };
    this.#to = '';
    this.#note = '';
    this.#search = '';
    this.#refuse('');
    this.#staff = null;
    this.#teams = null;
    this.#ask();
    await this.updateComplete;
    this.dialog.showModal();
    this.one('[type=search]', HTMLInputElement).focus();
  }

  async #ask() {
    this.#unknown = '';
    try {
      const [staff, hours] = await Promise.all([ask('GET', '/api/staff?everybody=true'), ask('GET', '/api/hours')]);
      this.#staff = staff.data;
      this.#teams = hours.data.teams;
      for (const { team, name } of hours.data.teams) this.work.otherTeams.set(team, name);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#unknown = error.message;
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
    const { chats, queues, me } = this.work;
    return groups({
      teams: this.#teams ?? [...chats.teams.values()],
      queues: queues.list,
      staff: this.#staff ?? [],
      me: me.id,
      team: this.#of?.about.team ?? '',
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
    this.#sending = true;
    this.requestUpdate();
    try {
      await this.#send(this.#of.chat, target);
      this.dialog.close();
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

  /** @param {string} chat @param {Target} target */
  async #send(chat, target) {
    if (!target.closed)
      return this.work.handovers.transfer(
        chat,
        target.kind === 'team' ? { team: target.id } : { staff: target.id, name: target.name },
        this.#note,
      );
    if (this.#note.trim()) await this.work.commit('note.add', { chat, text: this.#note.trim() });
    this.#note = '';
    await this.work.commit('chat.close', { chat, status: 'open', team: target.id });
  }

  #closed() {
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
    const shown = matching(this.#groups, this.#search);
    const target = this.#target;
    const name = about.customer.name ?? NAMELESS;
    return html`<form method="dialog" novalidate @submit=${this.#submit} @keydown=${this.#pressed}>
      <header><h2 id="transfer-title">Transfer the chat with ${name}</h2><p>They’ll see the whole conversation.</p></header>
      <div class="b">
        <div>
          <div class="find">${icon('search')}<input class="field" type="search" aria-label="To a team or a colleague" placeholder="To a team or a colleague" .value=${live(this.#search)} @input=${this.#searched} @keydown=${this.#firstFound}></div>
          <div class="codes targets">
            ${repeat(
              shown,
              ({ title }) => title,
              ({ title, targets }) =>
                html`<fieldset><legend>${title}</legend>${repeat(
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
        ${target?.closed ? html`<p class="instead">${icon('ticket')}<span><b>${target.name} isn’t taking chats right now.</b> You can close this chat as an open ticket for ${target.name}. The customer gets the ticket number.</span></p>` : nothing}
        <label data-field="note"><span class="label">Note for staff <span class="quiet">(optional)</span></span><textarea class="field" name="note" rows="2" maxlength=${NOTE_MAX} dir="auto" aria-invalid=${this.#noteWrong ? 'true' : nothing} .value=${live(this.#note)} @input=${(
          /** @type {InputEvent} */ event,
        ) => {
          this.#note = /** @type {HTMLTextAreaElement} */ (event.target).value;
        }}></textarea>${this.#noteWrong ? html`<p class="wrong" role="alert">${this.#noteWrong}</p>` : nothing}</label>
      </div>
      <footer><span class="quiet"><kbd class="kbd">Esc</kbd> back to the chat</span><span class="end"><button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${this.#sending}>${target?.closed ? `Close as a ticket for ${target.name}` : target ? `Transfer to ${target.name}` : 'Transfer'} ${enterKeys}</button></span></footer>
    </form>`;
  }

  /** @param {Target} target */
  #row({ key, kind, id, name, facts, sign, warns, dot, no }) {
    return html`<label class=${no ? 'no' : nothing}>
      <input type="radio" name="to" value=${key} ?disabled=${no} .checked=${live(key === this.#to)} @change=${() => this.#choose(key)}>
      ${kind === 'team' ? html`<span class="pic">${icon('users')}</span>` : picture({ id, name }, { size: 'sm', dot })}
      <span class="two"><b>${name}</b><small>${facts}</small></span>
      ${warns ? html`<span class="tag warn">${icon('clock')}${sign}</span>` : html`<small>${sign}</small>`}
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

  /** From the search, Enter and Arrow Down move to the first match that can be chosen. @param {KeyboardEvent} event */
  #firstFound(event) {
    const goes = event.key === 'ArrowDown' || (event.key === 'Enter' && !event.ctrlKey && !event.metaKey);
    if (!goes || event.isComposing) return;
    event.preventDefault();
    const first = this.renderRoot.querySelector('.targets input:not(:disabled)');
    if (event.repeat || !(first instanceof HTMLInputElement)) return;
    first.click();
    first.focus();
  }
}

customElements.define('transfer-dialog', TransferDialog);
