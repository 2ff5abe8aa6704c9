/**
 * The live chats of a team: those waiting, to take; those answered, to watch.
 *
 * @import { About } from '../shared/types.js'
 * @typedef {About & {agent?: {id: string, name: string}|null}} Live
 */

import { Refused, ask } from '../shared/http.js';
import { timer } from '../shared/moments.js';
import { picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { firstWords, inQueueOrder, teamWait, waitingFacts, waitOf } from './queue-waits.js';
import { vipTag } from './vip-tag.js';
import { Part } from './work-part.js';

class TeamChats extends Part {
  /** Empty while it is closed. */
  #team = '';
  /** @type {Live[]|null} null while they are asked for */
  #chats = null;
  #fault = '';
  /** Why a chat that has left the list could not be taken. */
  #gone = '';
  /** Why a chat could not be taken, by chat. @type {Map<string, string>} */
  #refused = new Map();

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** @param {string} team */
  async open(team) {
    if (this.dialog.open) return;
    this.#team = team;
    this.#chats = null;
    this.#refused.clear();
    this.#gone = '';
    this.#ask();
    await this.updateComplete;
    this.dialog.showModal();
  }

  async #ask() {
    this.#fault = '';
    this.requestUpdate();
    try {
      const { data } = await ask('GET', `/api/chats?${new URLSearchParams({ team: this.#team })}`);
      this.#chats = data.chats;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#fault = error.message;
    }
    this.requestUpdate();
  }

  /** @param {string} chat */
  async #take(chat) {
    await this.work.handovers.pick(chat, 'team');
    const { notHad } = this.work.handovers;
    if (!notHad) return this.dialog.close();
    const { customer } = this.#chats?.find((one) => one.chat === chat) ?? {};
    this.#refused.set(chat, notHad.words);
    await this.#ask();
    // A chat that is over has no row to show it in.
    this.#gone = this.#chats?.some((one) => one.chat === chat) ? '' : `${customer?.name ?? NAMELESS}: ${notHad.words}`;
    this.requestUpdate();
  }

  #look(/** @type {string} */ chat) {
    this.dialog.close();
    this.work.go(chat);
  }

  #closed() {
    this.#team = '';
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="dlg" aria-labelledby="team-chats-title" @close=${this.#closed}>${this.#team ? this.#shown() : nothing}</dialog>`;
  }

  #shown() {
    const all = this.#chats ?? [];
    const waiting = inQueueOrder(all.filter(({ state }) => state !== 'active'));
    const answered = all.filter(({ state }) => state === 'active');
    return html`<form method="dialog">
      <header><h2 id="team-chats-title">${this.work.teamName(this.#team)} now</h2></header>
      <div class="b team-chats">
        ${this.#chats || this.#fault ? nothing : html`<p class="quiet">Loading</p>`}
        ${this.#fault ? html`<p class="wrong" role="alert"><span>This didn’t load: ${this.#fault} <button type="button" class="textbtn" @click=${() => this.#ask()}>Try again</button></span></p>` : nothing}
        ${this.#gone ? html`<p class="wrong" role="alert">${this.#gone}</p>` : nothing}
        ${this.#chats ? html`${this.#list('In the queue', waiting, 'Nobody is waiting.')}${this.#list('In progress', answered, 'No chats in progress.')}` : nothing}
      </div>
      <footer><span class="quiet"><kbd class="kbd">Esc</kbd> back to your chats</span><span class="end"><button class="btn">Done</button></span></footer>
    </form>`;
  }

  /** @param {string} title @param {Live[]} chats @param {string} none */
  #list(title, chats, none) {
    return html`<section><h3>${title}</h3>${
      chats.length
        ? html`<ul>${repeat(
            chats,
            ({ chat }) => chat,
            (one) => this.#row(one),
          )}</ul>`
        : html`<p class="quiet">${none}</p>`
    }</section>`;
  }

  /** @param {Live} live */
  #row(live) {
    const { chat, state, customer, product, subject, locale, started_at: started, agent } = live;
    const name = customer.name ?? NAMELESS;
    const waits = state !== 'active';
    const now = this.work.now();
    const since = waits ? teamWait(live, this.work.teamName(live.team), now) : null;
    const facts = waits
      ? waitingFacts(live)
      : [agent?.id === this.work.me.id ? 'You' : agent?.name, product, subject].filter(Boolean).join(' · ');
    const words = waits ? firstWords(live) : '';
    const wrong = this.#refused.get(chat);
    return html`<li>${picture({ id: customer.id, name: customer.name }, { size: 'sm' })}
      <span class="two"><span class="who-line"><b class="cut" dir="auto">${name}</b>${vipTag(live)}</span><small class="cut" dir="auto">${facts}</small>${words ? html`<q class="cut" lang=${locale ?? nothing} dir="auto">${words}</q>` : nothing}</span>
      <span class="num quiet" title=${since ?? nothing}>${timer(waits ? waitOf(live, now) : now - new Date(started).getTime())}</span>
      ${waits ? html`<button type="button" class="btn sm" @click=${() => this.#take(chat)}>Take<span class="sr"> ${name}</span></button>` : html`<button type="button" class="btn sm plain" @click=${() => this.#look(chat)}>View<span class="sr"> the chat with ${name}</span></button>`}
      ${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : nothing}</li>`;
  }
}

customElements.define('team-chats', TeamChats);
