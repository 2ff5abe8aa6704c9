/**
 * The agent's chats in three groups, and below them those that ended. Rows keep their place while the pointer or the focus is among them.
 *
 * @import { Row } from './chats.js'
 * @import { Group } from './agent-chat.js'
 */

import { timer } from '../shared/moments.js';
import { icon, picture } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { settle } from './chats.js';
import { timerWords } from './reply-clock.js';
import { UncodedChats } from './uncoded.js';
import { vipTag } from './vip-tag.js';
import { nameOf } from './visitor.js';
import { Part } from './work-part.js';

/** @type {Array<[Group, string]>} */
const GROUPS = [
  ['owed', 'First response owed'],
  ['yours', 'Waiting for you'],
  ['theirs', 'Waiting for them'],
];
/** @type {Record<Group, string>} */
const OVERDUE = { owed: 'First response overdue', yours: 'Reply overdue', theirs: '' };
const SHAPES = { over: 'alarm-clock', left: 'timer', for: '', gone: '', paused: 'wifi-off' };
const SHAPE_AFTER_MS = 300;
/** After this long on a row, the pointer is not about to choose. */
const RESTS_AFTER_MS = 3_000;

class ChatList extends Part {
  /** @type {Record<Group, string[]>} */
  #shown = { owed: [], yours: [], theirs: [] };
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** Chats whose reply has been announced as overdue. @type {Set<string>} */
  #overdue = new Set();
  #overdueWords = '';
  /** Chats with a reply or a note that was not sent. @type {Set<string>} */
  #unsent = new Set();
  /** Loading takes long enough to show the shape of the list. */
  #slow = false;
  /** The pointer or the focus has moved among the rows recently. */
  #moving = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #rests;

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    setTimeout(() => {
      this.#slow = true;
      this.requestUpdate();
    }, SHAPE_AFTER_MS);
  }

  /** @override */
  willUpdate() {
    const groups = this.work.chats.groups(this.work.now());
    this.#rows = new Map(
      Object.values(groups)
        .flat()
        .map((row) => [row.chat, row]),
    );
    const ids = (/** @type {Row[]} */ rows) => rows.map(({ chat }) => chat);
    const wanted = { owed: ids(groups.owed), yours: ids(groups.yours), theirs: ids(groups.theirs) };
    this.#shown = settle(
      this.#shown,
      wanted,
      this.#moving && Boolean(this.querySelector('#rows:is(:hover, :focus-within)')),
    );
    this.work.order = [
      ...GROUPS.flatMap(([group]) => this.#shown[group]),
      ...this.work.endings.uncoded.all.map(({ chat }) => chat),
    ];
    this.#sayOverdue([...groups.owed, ...groups.yours]);
    this.#unsent = new Set(this.work.unsent.map(({ chat }) => chat));
  }

  #moves() {
    this.#moving = true;
    clearTimeout(this.#rests);
    this.#rests = setTimeout(() => {
      this.#moving = false;
      this.work.changed();
    }, RESTS_AFTER_MS);
  }

  /** Announced once, when it happens. @param {Row[]} waiting */
  #sayOverdue(waiting) {
    const over = waiting.filter(({ timer: { tone } }) => tone === 'over');
    const fresh = over.filter(({ chat }) => !this.#overdue.has(chat));
    const names = (/** @type {Group} */ of) =>
      fresh.flatMap(({ about, group }) => (group === of ? [nameOf(about)] : [])).join(', ');
    const said = /** @type {Group[]} */ (['owed', 'yours']).map((of) => names(of) && `${OVERDUE[of]}: ${names(of)}`);
    if (fresh.length) this.#overdueWords = said.filter(Boolean).join('. ');
    else if (!over.length) this.#overdueWords = '';
    this.#overdue = new Set(over.map(({ chat }) => chat));
  }

  /** @override */
  render() {
    const { chats } = this.work;
    const presence = this.work.presence.state;
    const { all } = this.work.endings.uncoded;
    const uncoded = all.filter((one) => UncodedChats.wrapUp(one, chats.teams, this.work.now()) > 0).length;
    const wrapping = Math.max(uncoded, this.work.presence.wrapping || 0);
    return html`
      <header class="col-head"><h2>Your chats</h2><span class="quiet num">${presence ? `${chats.count} of ${presence.capacity}${wrapping ? `, ${wrapping} wrapping up` : ''}` : nothing}</span></header>
      <div class="rows" id="rows" @pointermove=${this.#moves} @keydown=${this.#moves} @focusin=${this.#moves} @pointerleave=${() => this.work.changed()} @focusout=${() => this.work.changed()}>
        <nav aria-label="Your chats">
        ${repeat(
          GROUPS.filter(([group]) => this.#shown[group].length),
          ([group]) => group,
          ([group, title]) => html`
          <h3 class=${this.#shown[group].some((chat) => this.#rows.get(chat)?.timer.tone === 'over') ? 'danger' : nothing}>${title}</h3>
          <ul>${repeat(
            this.#shown[group],
            (chat) => chat,
            (chat) => html`<li>${this.#row(chat)}</li>`,
          )}</ul>`,
        )}
        ${this.#rows.size || (presence && all.length) ? nothing : this.#none()}
        </nav>
        ${presence ? html`<ended-chats .work=${this.work}></ended-chats>` : nothing}
      </div>
      <p class="sr" role="status">${this.#overdueWords}</p>`;
  }

  #none() {
    const presence = this.work.presence.state;
    if (presence)
      return html`<p class="quiet none">No chats.<span class="hint"> ${presence.status === 'available' ? this.work.coming : 'Go available to get new chats.'}${this.work.me.role === 'supervisor' ? ' Choose a team in the queue to view its chats.' : nothing}</span></p>`;
    if (!this.#slow) return nothing;
    return html`<p class="sr">Loading</p>${[1, 2, 3].map(() => html`<div class="bone-chat" aria-hidden="true"><i class="bone"></i><i class="bone"></i><i class="bone"></i></div>`)}`;
  }

  /** @param {string} chat */
  #row(chat) {
    const row = this.#rows.get(chat);
    if (!row) return nothing;
    const { about, unread, timer: clock, goneSince } = row;
    const name = nameOf(about);
    const look = ['row', unread && 'unread', clock.tone, goneSince !== null && 'gone'].filter(Boolean).join(' ');
    const shape = SHAPES[clock.text];
    return html`<a class=${look} href=${`#chat=${chat}`} aria-current=${chat === this.work.chosen ? 'true' : nothing} @click=${(/** @type {MouseEvent} */ event) => this.#enter(event, chat)}>
      ${picture({ id: about?.customer.id ?? null, name: about?.customer.name ?? null })}
      <span class="l1"><span class="name cut" dir="auto">${name}</span>${vipTag(about)}${unread ? html`<span class="count">${unread}<span class="sr"> unread</span></span>` : nothing}</span>
      <span class="l2">${this.#preview(row)}<span class="timer num">${shape ? icon(shape) : nothing}${clock.tone === 'over' ? html`<span class="sr">${OVERDUE[row.group].toLowerCase()}, </span>` : nothing}<span>${timerWords(clock, timer)}</span></span></span>
    </a>`;
  }

  /** Still a link, so that it can be opened in a new tab. @param {MouseEvent} event @param {string} chat */
  #enter(event, chat) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.work.enter(chat);
  }

  /** @param {Row} row */
  #preview({ chat, typing, own, preview, from, waitingSince: at }) {
    const draft = chat !== this.work.chosen && this.work.draft(chat).trim();
    if (this.#unsent.has(chat))
      return html`<span class="last cut"><span class="failed">${icon('circle-alert')}Not sent</span></span>`;
    if (typing) return html`<span class="last cut">is typing…</span>`;
    if (draft) return html`<span class="last cut" dir="auto"><span class="draft">Draft</span> ${draft}</span>`;
    const handed = from
      ? html`<span class="from">${icon('arrow-right-left')}from ${from}${at ? `, waiting ${timer(this.work.now() - at)}` : ''}</span> `
      : nothing;
    return html`<span class="last cut" dir=${own ? 'ltr' : 'auto'}>${handed}${own ? 'You: ' : ''}${preview}</span>`;
  }
}

customElements.define('chat-list', ChatList);
