/**
 * One agent, in a dialog: their chats, each to view or to reassign, and what a supervisor can do about their status.
 *
 * @import { FloorWork } from './floor-work.js'
 * @import { AgentRow, HeldChat } from './floor-rows.js'
 */

import { Refused, ask } from '../shared/http.js';

import { picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { statusOf, waitOf } from './floor-agents.js';
import { takers } from './floor-targets.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<FloorWork>} */
class FloorAgent extends WorkPart {
  /** The id of the agent. Empty while it is closed. */
  #staff = '';
  /** As last heard: the agent may leave the floor while the dialog is open. @type {AgentRow|null} */
  #row = null;
  /** The chat that is being reassigned. */
  #chat = '';
  #asksToSignOut = false;
  /** The form for today is open. */
  #today = false;
  #busy = false;
  #wrong = '';
  #done = '';

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** @param {string} staff @param {string} [chat] to reassign */
  async open(staff, chat = '') {
    if (this.dialog.open) return;
    this.#staff = staff;
    this.#row = null;
    this.#chat = chat;
    this.#asksToSignOut = false;
    this.#today = false;
    this.#wrong = '';
    this.#done = '';
    this.requestUpdate();
    await this.updateComplete;
    this.dialog.showModal();
    if (chat) this.querySelector('select')?.focus();
  }

  #closed() {
    this.#staff = '';
    this.requestUpdate();
  }

  /** @param {string} method @param {string} path @param {object} body @param {string} done @param {(row: AgentRow|undefined) => boolean} [shown] what the floor shows then */
  #do(method, path, body, done, shown) {
    return this.#act(() => ask(method, path, { body }), done, shown);
  }

  /** @param {() => Promise<unknown>} act @param {string} done @param {(row: AgentRow|undefined) => boolean} [shown] */
  async #act(act, done, shown = () => true) {
    const staff = this.#staff;
    this.#busy = true;
    this.#wrong = '';
    this.#done = '';
    this.requestUpdate();
    try {
      await act();
      // The words and the row say the same.
      await this.work.until(({ agents }) => shown(agents.get(staff)));
      this.#done = done;
      this.#chat = '';
      this.#asksToSignOut = false;
      this.#today = false;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = error.message;
    }
    this.#busy = false;
    await this.#redrawn();
  }

  /** Keeps the focus in the dialog: what it was on may be gone, or was disabled for a moment. */
  async #redrawn() {
    this.requestUpdate();
    await this.updateComplete;
    // On phones the form is below many chats.
    this.querySelector('.for-today, .asks')?.scrollIntoView({ block: 'nearest' });
    if (this.dialog.contains(document.activeElement)) return;
    const next = this.querySelector('select, footer .primary');
    if (next instanceof HTMLElement) next.focus();
  }

  /** @param {SubmitEvent} event @param {HeldChat} held */
  #reassign(event, held) {
    event.preventDefault();
    const select = /** @type {HTMLFormElement} */ (event.target).querySelector('select');
    if (!select?.value) return;
    const [kind = '', key = ''] = select.value.split(':');
    const { floor } = this.work;
    const done =
      kind === 'team'
        ? `is in the queue for ${floor?.teams.find(({ team }) => team === key)?.name ?? key}`
        : `went to ${floor?.agents.get(key)?.name ?? 'them'}`;
    const who = held.customer ?? 'a visitor';
    const gone = (/** @type {AgentRow|undefined} */ row) => !row?.chats.some(({ chat }) => chat === held.chat);
    this.#do('POST', `/api/chats/${held.chat}/reassign`, { [kind]: key }, `The chat with ${who} ${done}.`, gone);
  }

  /** Puts all chats of an agent who is gone into the queues of their teams. @param {HeldChat[]} held @param {string} words */
  #toQueue(held, words) {
    const all = async () => {
      const refused = /** @type {unknown[]} */ ([]);
      for (const { chat, team } of held)
        await ask('POST', `/api/chats/${chat}/reassign`, { body: { team } }).catch((why) => refused.push(why));
      if (refused.length) throw refused[0];
    };
    const gone = (/** @type {AgentRow|undefined} */ row) =>
      !row?.chats.some(({ chat }) => held.some((one) => one.chat === chat));
    this.#act(all, `${words} ${held.length === 1 ? 'is' : 'are'} in the queue.`, gone);
  }

  /** @override */
  render() {
    // Who left the floor has no chats.
    this.#row = this.work.floor?.agents.get(this.#staff) ?? (this.#row && { ...this.#row, chats: [] });
    return html`<dialog class="dlg floor-agent" aria-labelledby="agent-title" @close=${this.#closed}>${this.#staff && this.#row ? this.#shown(this.#row) : nothing}</dialog>`;
  }

  /** @param {AgentRow} row */
  #shown(row) {
    return html`<header><h2 id="agent-title">${picture({ id: row.staff, name: row.name }, { size: 'sm' })} <span dir="auto">${row.name}</span></h2></header>
      <div class="b">
        <p>${statusOf(row, this.work.now())}</p>
        ${row.today_by ? this.#changedToday(row) : nothing}
        ${
          row.chats.length
            ? html`<ul class="held-chats">${repeat(
                row.chats,
                (held, at) => held.chat ?? at,
                (held) => this.#held(held, row),
              )}</ul>`
            : html`<p class="quiet">No chats right now.</p>`
        }
        ${row.connected ? nothing : this.#left(row)}
        <div role="status">${this.#done ? html`<p class="quiet">${this.#done}</p>` : nothing}</div>
        <div role="alert">${this.#wrong ? html`<p class="wrong">${this.#wrong}</p>` : nothing}</div>
        ${this.#today ? this.#forToday(row) : nothing}
        ${
          this.#asksToSignOut
            ? html`<p class="asks">Sign ${row.name} out of every device? ${this.#requeue(row)}${row.chats.some(({ chat, state }) => chat && state !== 'offered') ? ` Once ${row.name} is signed out, you can send them to the queue at once.` : ''}<br>
                <button type="button" class="btn sm danger-btn" ?disabled=${this.#busy} @click=${() => this.#do('POST', `/api/staff/${row.staff}/sign-out`, {}, `${row.name} is signed out.`)}>Sign out</button>
                <button type="button" class="btn sm plain" @click=${() => this.#signOut(false)}>Cancel</button></p>`
            : nothing
        }
      </div>
      <footer>
        ${row.role === 'agent' ? this.#status(row) : nothing}
        <form method="dialog" class="end"><button class="btn primary">Done</button></form>
      </footer>`;
  }

  /** @param {AgentRow} row */
  #changedToday({ staff, name, capacity, teams, today_by: by, today_changed: changed = [] }) {
    const words = [
      changed.includes('capacity') && `${capacity} at once`,
      changed.includes('teams') && `the teams are ${this.#namesOf(teams)}`,
    ].filter(Boolean);
    const ended = (/** @type {AgentRow|undefined} */ row) => !row?.today_by;
    return html`<p class="quiet">Changed for today by ${by}: ${words.join(', and ')}. At midnight the usual values return. <button type="button" class="btn sm" ?disabled=${this.#busy} @click=${() => this.#do('PATCH', `/api/staff/${staff}`, { usual: true }, `The usual values of ${name} are back.`, ended)}>End it now</button></p>`;
  }

  /** @param {string[]} teams */
  #namesOf(teams) {
    const names = new Map(this.work.floor?.teams.map(({ team, name }) => [team, name]));
    return teams.map((team) => names.get(team) ?? team).join(', ') || 'no team';
  }

  /** What becomes of the chats of an agent who is signed out. @param {AgentRow} row */
  #requeue({ name, chats, connected }) {
    if (!chats.length) return '';
    const graces = this.work.floor?.teams.filter((one) => chats.some(({ team }) => team === one.team)) ?? [];
    const limit = Math.max(60, ...graces.map(({ agent_grace_s: grace }) => grace));
    const within = limit < 120 ? `${limit} seconds` : `${Math.round(limit / 60)} minutes`;
    return `${chats.length === 1 ? 'The chat goes' : 'The chats go'} back to the queue, unless ${name} signs in again within ${within}${connected ? '' : ' of losing the connection'}.`;
  }

  /** The chats of an agent who is not there wait for them, unless somebody decides otherwise. @param {AgentRow} row */
  #left(row) {
    const held = row.chats.filter(({ chat, state }) => chat && state !== 'offered');
    if (!held.length) return nothing;
    const words = held.length === 1 ? '1 chat' : `${held.length} chats`;
    return html`<p class="asks">${row.name} isn’t connected. ${this.#requeue(row)} <button type="button" class="btn sm" ?disabled=${this.#busy} @click=${() => this.#toQueue(held, words)}>${words} to the queue now</button></p>`;
  }

  /** What a supervisor may do about an agent's status. @param {AgentRow} row */
  #status(row) {
    const away = row.status === 'available';
    return html`<button type="button" class="btn" ?disabled=${this.#busy || !away} title=${away ? nothing : 'Only while they are available'} @click=${() => this.#do('PATCH', `/api/staff/${row.staff}`, { status: 'away' }, `${row.name} is away, and sees that you did this.`, (now) => now?.status !== 'available')}>Set to away</button>
        <button type="button" class="btn" aria-expanded=${this.#today} ?disabled=${this.#busy} @click=${this.#askToday}>For today…</button>
        <button type="button" class="btn" ?disabled=${this.#busy} @click=${() => this.#signOut(true)}>Sign out…</button>`;
  }

  #askToday() {
    this.#asks({ today: !this.#today });
  }

  /** Opens one question, and closes the other. What was done before is no longer said. @param {{today?: boolean, signOut?: boolean}} open */
  async #asks({ today = false, signOut = false }) {
    this.#today = today;
    this.#asksToSignOut = signOut;
    this.#done = '';
    this.#wrong = '';
    await this.#redrawn();
    const first = this.querySelector('.for-today .field, .asks .danger-btn');
    if (first instanceof HTMLElement) first.focus();
  }

  /** Capacity and teams until the end of the day. @param {AgentRow} row */
  #forToday(row) {
    const teams = this.work.floor?.teams ?? [];
    return html`<form class="for-today" @submit=${(/** @type {SubmitEvent} */ event) => this.#changeToday(event, row)}>
      <label for="today-capacity">Chats at once</label> <input class="field" id="today-capacity" name="capacity" type="number" inputmode="numeric" min="0" max="50" required value=${row.capacity}>
      ${teams.length > 1 ? html`<fieldset><legend>Teams</legend>${teams.map(({ team, name }) => html`<label><input type="checkbox" name="team" value=${team} ?checked=${row.teams.includes(team)}> ${name}</label>`)}</fieldset>` : nothing}
      <p class="quiet">Until midnight. Then the earlier values return. Chats under way stay, and ${row.name} sees that you did this.</p>
      <button class="btn sm primary" ?disabled=${this.#busy}>Change for today</button></form>`;
  }

  /** @param {SubmitEvent} event @param {AgentRow} row */
  #changeToday(event, row) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const several = (this.work.floor?.teams.length ?? 0) > 1;
    const teams = several ? form.getAll('team').map(String) : undefined;
    const body = { capacity: Number(form.get('capacity')), teams };
    this.#do('PATCH', `/api/staff/${row.staff}`, body, `Changed for today. ${row.name} sees that you did this.`);
  }

  /** @param {boolean} asks */
  #signOut(asks) {
    this.#asks({ signOut: asks });
  }

  /** @param {HeldChat} held @param {AgentRow} row */
  #held(held, row) {
    const { look, when } = waitOf(held, this.work.targets, this.work.now());
    const who = held.customer ?? 'a visitor';
    if (!held.chat)
      return html`<li><i class=${`seat ${look}`}></i><span class="two"><b>A chat of another team</b><small>${when}</small></span></li>`;
    return html`<li><i class=${`seat ${look}`}></i><span class="two"><b class="cut" dir="auto">${held.customer ?? NAMELESS}</b><small>${when}</small></span>
      <span class="acts"><a class="btn sm plain" href=${`/console#chat=${held.chat}&write`}>View<span class="sr"> the chat with ${who}</span></a>${held.state === 'offered' ? nothing : this.#changes(held, who)}</span>
      ${this.#chat === held.chat ? this.#targets(held, row) : nothing}</li>`;
  }

  /** What a supervisor may do with a chat that the agent has. @param {HeldChat} held @param {string} who */
  #changes({ chat }, who) {
    return html`<a class="btn sm plain" href=${`/console#chat=${chat}&close`}>Close…<span class="sr"> the chat with ${who}</span></a>
      <button type="button" class="btn sm" aria-expanded=${this.#chat === chat} @click=${() => this.#choose(chat ?? '')}>Reassign<span class="sr"> the chat with ${who}</span></button>`;
  }

  /** @param {string} chat */
  #choose(chat) {
    this.#chat = this.#chat === chat ? '' : chat;
    this.#done = '';
    this.#wrong = '';
    this.requestUpdate();
  }

  /** @param {HeldChat} held @param {AgentRow} row */
  #targets(held, row) {
    const { floor } = this.work;
    const own = held.team ?? '';
    const name = floor?.teams.find(({ team }) => team === own)?.name ?? own;
    const { team, others, cannot } = takers(floor?.agents.values() ?? [], own, row.staff);
    const teams = floor?.teams.filter(({ open }) => open) ?? [];
    // By key, so that a choice stays with its name while the lists change.
    const free = (/** @type {AgentRow[]} */ rows) =>
      repeat(
        rows,
        ({ staff }) => staff,
        (one) => html`<option value=${`staff:${one.staff}`}>${one.name} (${one.free} free)</option>`,
      );
    const refused = repeat(
      cannot,
      ({ row: { staff } }) => staff,
      ({ row: one, why }) => html`<option disabled>${one.name}: ${why}</option>`,
    );
    const queues = repeat(
      teams,
      ({ team }) => team,
      ({ team, name, waiting }) => html`<option value=${`team:${team}`}>${name}, ${waiting} waiting</option>`,
    );
    return html`<form class="targets" @submit=${(/** @type {SubmitEvent} */ event) => this.#reassign(event, held)}>
      <label class="sr" for="reassign-to">Reassign to</label>
      <select class="field" id="reassign-to" required><option value="">Choose who gets it</option>
        ${team.length ? html`<optgroup label=${`Agents of ${name}`}>${free(team)}</optgroup>` : nothing}
        ${others.length ? html`<optgroup label="Other agents: the chat moves to their team">${free(others)}</optgroup>` : nothing}
        <optgroup label="Queues">${queues}</optgroup>
        ${cannot.length ? html`<optgroup label="Can’t take it now">${refused}</optgroup>` : nothing}
      </select>
      <button class="btn sm primary" ?disabled=${this.#busy}>Reassign</button>
      ${team.length ? nothing : html`<p class="quiet none-free">${others.length || cannot.some(({ row: one }) => one.connected) ? `No other agent of ${name} has a free slot.` : 'Nobody else is connected. In a queue, the chat waits until somebody is available.'}${others.length ? ` ${others.map((one) => one.name).join(', ')} can take it, and it moves to a team of theirs.` : nothing}${cannot.length ? html` ${cannot.map(({ row: one, why }, at) => html`${at ? '; ' : ''}<bdi>${one.name}</bdi>: ${why}`)}.` : nothing} Agents who are not listed are not signed in.</p>`}</form>`;
  }
}

customElements.define('floor-agent', FloorAgent);
