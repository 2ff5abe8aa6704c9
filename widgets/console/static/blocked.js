/**
 * Dialog for supervisors that lists the active blocks and lifts them.
 *
 * @import { Ban } from './block.js'
 */

import { stamp } from '../shared/days.js';
import { Refused, ask } from '../shared/http.js';
import { long } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { Part } from './work-part.js';

class BlockedList extends Part {
  #open = false;
  /** @type {Ban[]|null} null while they are asked for */
  #bans = null;
  #fault = '';
  #lifting = '';
  /** The block that was just lifted, for screen readers. */
  #lifted = '';

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    if (this.dialog.open) return;
    this.#open = true;
    this.#bans = null;
    this.#lifted = '';
    this.#ask();
    await this.updateComplete;
    this.dialog.showModal();
  }

  async #ask() {
    this.#fault = '';
    this.requestUpdate();
    try {
      this.#bans = (await ask('GET', '/api/bans')).data.bans;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#fault = error.message;
    }
    this.requestUpdate();
  }

  /** @param {Ban} ban */
  async #lift(ban) {
    this.#lifting = ban.ban;
    this.requestUpdate();
    try {
      await ask('DELETE', `/api/bans/${encodeURIComponent(ban.ban)}`);
      this.#lifted = `${nameOf(ban)} is no longer blocked.`;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // It has expired, or a colleague lifted it: the list shows it.
      if (error.status !== 404) this.#fault = error.message;
    }
    this.#lifting = '';
    if (!this.#fault) await this.#ask();
    this.one('footer .btn', HTMLButtonElement).focus();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="dlg" aria-labelledby="blocked-title" @close=${this.#closed}>${this.#open ? this.#shown() : nothing}</dialog>`;
  }

  #shown() {
    return html`<form method="dialog">
      <header><h2 id="blocked-title">Block list</h2><p>Blocks end by themselves. The audit log records when they’re set and lifted.</p></header>
      <div class="b blocked">
        ${this.#bans || this.#fault ? nothing : html`<p class="quiet">Loading</p>`}
        ${this.#fault ? html`<p class="wrong" role="alert"><span>That didn’t work: ${this.#fault} <button type="button" class="textbtn" @click=${() => this.#ask()}>Try again</button></span></p>` : nothing}
        <p class="sr" role="status">${this.#lifted}</p>
        ${this.#bans?.length === 0 ? html`<div class="empty">${icon('shield-check')}<h3>Nobody is blocked</h3><p>To block someone, open their chat and choose Block.</p></div>` : nothing}
        ${
          this.#bans?.length
            ? html`<ul>${repeat(
                this.#bans,
                ({ ban }) => ban,
                (one) => this.#row(one),
              )}</ul>`
            : nothing
        }
      </div>
      <footer><span class="quiet"><kbd class="kbd">Esc</kbd> back to your chats</span><span class="end"><button class="btn">Done</button></span></footer>
    </form>`;
  }

  /** @param {Ban} ban */
  #row(ban) {
    const now = this.work.now();
    const by = ban.by ? `by ${ban.by.name}` : 'by an administrator';
    return html`<li><span class="pic">${icon(ban.kind === 'network' ? 'wifi-off' : 'user-x')}</span>
      <span class="two"><b dir="auto">${nameOf(ban)}</b><small>until <time datetime=${ban.until} title=${long(ban.until)}>${stamp(ban.until, now)}</time>, ${by}</small>${ban.reason ? html`<q dir="auto">${ban.reason}</q>` : nothing}</span>
      <button type="button" class="btn sm" ?disabled=${this.#lifting === ban.ban} @click=${() => this.#lift(ban)}>Lift<span class="sr"> the block of ${nameOf(ban)}</span></button></li>`;
  }
}

/** @param {Ban} ban */
const nameOf = ({ kind, shows }) => (kind === 'network' ? `Network ${shows}` : (shows ?? 'A customer without a name'));

customElements.define('blocked-list', BlockedList);
