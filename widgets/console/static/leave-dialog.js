/**
 * Dialog for an agent who leaves while they hold chats: to the queue, to a colleague, or stay until they are over.
 *
 * @import { Colleague } from '../shared/types.js'
 * @import { AgentWork } from './agent-work.js'
 * @import { Intent, Way } from './leaving.js'
 */

import { signOut } from '../shared/bar.js';
import { DeskError } from '../shared/client/errors.js';
import { Refused, ask } from '../shared/http.js';
import { timer } from '../shared/moments.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { enterKeys } from './keyboard.js';
import { doneWords, heldTitle, heldWords, likely, waysOut } from './leaving.js';
import { Part } from './work-part.js';

export class LeaveDialog extends Part {
  /** @type {Intent|null} null while it is closed */
  #intent = null;
  /** @type {Colleague[]} */
  #staff = [];
  /** The key of a way. It stays as it is when others come or go: what Enter does must not change. */
  #chosen = '';
  #wrong = '';
  #busy = false;

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** @param {AgentWork} work @param {Intent} intent */
  async open(work, intent) {
    this.work = work;
    await this.updateComplete;
    if (this.dialog.open) return;
    this.#intent = intent;
    this.#chosen = '';
    this.#wrong = '';
    this.requestUpdate();
    await this.#ask();
    this.#chosen = likely(this.#ways);
    this.requestUpdate();
    await this.updateComplete;
    this.dialog.showModal();
    const chosen = this.querySelector('input:checked');
    if (chosen instanceof HTMLInputElement) chosen.focus();
  }

  /** Without the colleagues, there is still the queue. */
  async #ask() {
    try {
      this.#staff = (await ask('GET', '/api/staff')).data;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#staff = [];
    }
    this.requestUpdate();
  }

  get #rows() {
    const { owed, yours, theirs } = this.work.chats.groups(this.work.now());
    return [...owed, ...yours, ...theirs];
  }

  /** @returns {Way[]} */
  get #ways() {
    const { queues, me, presence } = this.work;
    return waysOut({
      rows: this.#rows,
      queues: queues.list,
      staff: this.#staff,
      me: me.id,
      serves: (team) => presence.state?.status === 'available' && !presence.state.paused.includes(team),
      teamName: (team) => this.work.teamName(team),
    });
  }

  /** @param {Way[]} ways */
  #way(ways) {
    return ways.find(({ key }) => key === this.#chosen);
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    const way = this.#way(this.#ways);
    if (!way) this.#wrong = 'Choose what happens to the chats.';
    this.requestUpdate();
    if (!way || this.#busy) return;
    this.#busy = true;
    this.#wrong = '';
    this.requestUpdate();
    try {
      await this.#leave(way);
      this.#wrong = this.work.presence.refusal;
      if (!this.#wrong) this.dialog.close();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#wrong = error.message;
      await this.#ask();
    } finally {
      this.#busy = false;
      this.requestUpdate();
    }
  }

  /** @param {Way} way */
  async #leave(way) {
    const { presence, handovers } = this.work;
    if (way.act === 'stay') return presence.leaveWhenDone();
    // Else the desk gives them the next one meanwhile.
    if (presence.state?.status === 'available') await presence.set('away');
    for (const { chat, about } of this.#rows) {
      await handovers.transfer(chat, way.staff ?? { team: about?.team ?? '' }, '');
    }
    if (this.#intent === 'sign-out') await signOut();
    else await presence.set('offline');
  }

  #closed() {
    this.#intent = null;
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="leave" aria-labelledby="leave-title" aria-describedby="leave-words" @close=${this.#closed}>${this.#intent ? this.#form(this.#intent) : nothing}</dialog>`;
  }

  /** @param {Intent} intent */
  #form(intent) {
    const rows = this.#rows;
    const now = this.work.now();
    // The last one may be over by now.
    if (!rows.length) return this.#free(intent);
    const ways = this.#ways;
    const way = this.#way(ways);
    const { name, words } = heldWords(rows, intent, (since) => timer(now - since));
    return html`<form method="dialog" @submit=${this.#submit}>
      <header><h2 id="leave-title">${heldTitle(rows)}</h2><p id="leave-words">${name ? html`<b dir="auto">${name}</b>` : nothing}${words}</p></header>
      <div class="ways" role="radiogroup" aria-labelledby="leave-title">${repeat(
        ways,
        ({ key }) => key,
        (one) => this.#row(one, one.key === way?.key),
      )}</div>
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
      <footer><button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${this.#busy}>${doneWords(way, intent)} ${enterKeys}</button></footer>
    </form>`;
  }

  /** @param {Intent} intent */
  #free(intent) {
    const go = () => (intent === 'sign-out' ? signOut() : this.work.presence.set('offline'));
    return html`<form method="dialog" @submit=${go}>
      <header><h2 id="leave-title">You hold no chats</h2><p id="leave-words">The last one is over.</p></header>
      <footer><button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary">${intent === 'sign-out' ? 'Sign out' : 'Go offline'} ${enterKeys}</button></footer>
    </form>`;
  }

  /** @param {Way} way @param {boolean} chosen */
  #row({ key, name, facts, tag, tone }, chosen) {
    const choose = () => {
      this.#chosen = key;
      this.requestUpdate();
    };
    return html`<label><input type="radio" name="way" value=${key} .checked=${live(chosen)} @change=${choose}><span class="two"><b>${name}</b><small>${facts}</small></span>${tag ? html`<span class=${tone ? `tag ${tone}` : 'quiet num'}>${tag}</span>` : nothing}</label>`;
  }
}

customElements.define('leave-dialog', LeaveDialog);
