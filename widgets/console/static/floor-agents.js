/** The agents of a supervisor's teams. Each slot of an agent is a square, and a square opens its chat. */

import { span, timer } from '../shared/moments.js';
import { picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { alarmIn, overdueBy, waited, worstWait } from './floor-rows.js';
import { skeleton } from './floor-skeleton.js';
import { nextSquare } from './floor-squares.js';
import { WorkPart } from './work-part.js';

/**
 * @import { FloorWork } from './floor-work.js'
 * @import { AgentRow, HeldChat, Targets } from './floor-rows.js'
 */

/** @extends {WorkPart<FloorWork>} */
class FloorAgents extends WorkPart {
  /** The square that Tab reaches. */
  #entry = '';

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    for (const kind of ['pointerenter', 'pointerleave', 'focusin', 'focusout'])
      this.addEventListener(kind, () => setTimeout(() => this.#hold(), 0));
    this.addEventListener('keydown', (event) => this.#move(event));
    this.addEventListener('focusin', (event) => {
      const at = event.target instanceof HTMLElement ? event.target.dataset.square : undefined;
      if (at && at !== this.#entry) {
        this.#entry = at;
        this.requestUpdate();
      }
    });
  }

  #hold() {
    this.work.held = this.matches(':hover') || this.contains(document.activeElement);
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const from = event.target;
    if (!(from instanceof HTMLElement) || !from.dataset.square || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const rows = [...this.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('[data-square]')]);
    const to = nextSquare(rows, from, event.code);
    if (!(to instanceof HTMLElement)) return;
    event.preventDefault();
    to.focus();
  }

  /** @override */
  render() {
    const { floor, order, fault } = this.work;
    if (!floor) return fault ? nothing : skeleton('floor-agents', 'Agents', 8);
    const rows = order.map((staff) => floor.agents.get(staff)).filter((row) => row !== undefined);
    if (!rows.some(({ chats }) => chats.some(({ chat }) => chat === this.#entry)))
      this.#entry = rows.flatMap(({ chats }) => chats).find(({ chat }) => chat)?.chat ?? '';
    const names = new Map(floor.teams.map(({ team, name }) => [team, name]));
    const here = rows.filter(({ connected }) => connected).length;
    return html`<section class="sheet people" id="floor-agents" tabindex="-1" aria-labelledby="agents-h">
      <header><h2 id="agents-h">Agents <span class="quiet num">${here} connected</span></h2>${rows.length ? html`<p class="key"><span><i class="seat over"></i>reply overdue</span><span><i class="seat me"></i>waiting for the agent</span><span><i class="seat them"></i>waiting for the customer</span>${rows.some((row) => row.wrapping_up) ? html`<span><i class="seat wrap"></i>wrapping up</span>` : nothing}<span><i class="seat free"></i>free</span><span class="opens">Choose a square to open its chat</span></p>` : nothing}</header>
      ${
        rows.length
          ? html`<table><thead><tr><th scope="col">Agent</th><th scope="col" class="opt">Teams</th><th scope="col">Status</th><th scope="col">Chats</th><th scope="col" class="r">Waiting longest</th><th scope="col" class="r">Handled</th><th scope="col" class="r">Rating</th><th scope="col"><span class="sr">Actions</span></th></tr></thead>
      <tbody>${repeat(
        rows,
        ({ staff }) => staff,
        (row) => this.#row(row, names),
      )}</tbody></table>`
          : html`<p class="none">Nobody is signed in. Agents appear here as soon as they connect.</p>`
      }
    </section>`;
  }

  /** @param {AgentRow} row @param {Map<string, string>} names of teams */
  #row(row, names) {
    const now = this.work.now();
    const teams = row.teams.map((team) => names.get(team) ?? team).join(', ');
    return html`<tr><th scope="row" class="c-name"><span class="person">${picture({ id: row.staff, name: row.name }, { size: 'sm' })}<span class="cut" dir="auto">${row.name}</span>${row.today_by ? html`<small class="today" title=${`Changed by ${row.today_by}`}>${todayWords(row)}</small>` : nothing}</span></th>
      <td class="quiet opt"><span class="cut" title=${teams}>${teams}${row.today_changed?.includes('teams') ? html` <small title=${`Changed by ${row.today_by}`}>today only</small>` : nothing}</span></td>
      <td class="c-st">${statusOf(row, now)}</td>
      <td class="c-seats"><span class="seats">${row.chats.map((chat) => this.#square(chat, now))}${wraps(row)}${free(row)}</span>${row.today_changed?.includes('capacity') ? html` <small class="quiet opt" title=${`Changed by ${row.today_by}`}>${row.capacity} at once, today only</small>` : nothing}</td>
      <td class="r c-old">${this.#longest(row, now)}</td>
      <td class="r">${row.handled}</td><td class="r">${row.rating === null ? html`<span class="zero">–</span>` : row.rating.toFixed(1)}</td>
      <td class="act"><button type="button" class="btn sm" aria-haspopup="dialog" @click=${() => this.work.manage(row.staff)}>Manage<span class="sr"> ${row.name}</span></button></td></tr>`;
  }

  /** @param {HeldChat} held @param {number} now */
  #square(held, now) {
    const { look, when } = waitOf(held, this.work.targets, now);
    if (!held.chat)
      return html`<span class=${`seat ${look} other`} title=${`A chat of another team, ${when}`}><span class="sr">A chat of another team, ${when}</span></span>`;
    const label = `${held.customer ?? NAMELESS}, ${when}`;
    return html`<a class=${`seat ${look}${held.state === 'offered' ? ' offered' : ''}`} href=${`/console#chat=${held.chat}&write`} data-square=${held.chat} tabindex=${held.chat === this.#entry ? 0 : -1} title=${label}><span class="sr">${label}</span></a>`;
  }

  /** @param {AgentRow} row @param {number} now */
  #longest(row, now) {
    const worst = worstWait(row, this.work.targets, now);
    if (!worst) return html`<span class="zero">–</span>`;
    if (worst.kind === 'waits') return html`<span class="num">${timer(worst.ms)}</span>`;
    if (worst.kind === 'next') return html`<span class="bad num">reply ${timer(worst.ms)} over</span>`;
    const { targets } = this.work;
    const late = row.chats.find((chat) => chat.state === 'owed' && overdueBy(chat, targets, now) === worst.ms);
    const alarm = late ? alarmIn(late, targets, now) : null;
    return html`<span class="bad num">first response ${timer(worst.ms)} over</span>${alarm === null ? nothing : html`<small class="quiet num">, alarm in ${timer(alarm)}</small>`}`;
  }
}

/**
 * The look of a square, and what its chat waits for.
 * @param {HeldChat} held @param {Map<string, Targets>} targets @param {number} now
 */
export function waitOf(held, targets, now) {
  const over = overdueBy(held, targets, now);
  const lasted = now - new Date(held.since).getTime();
  const look = over !== null && over >= 0 ? 'over' : held.state === 'waiting_for_customer' ? 'them' : 'me';
  const what = {
    owed: 'first response',
    waiting_for_agent: 'reply',
    waiting_for_customer: 'waiting for the customer',
    offered: 'offered',
  }[held.state];
  const when =
    over === null
      ? `${what} for ${span(lasted)}`
      : over >= 0
        ? `${what} overdue by ${span(over)}`
        : `${what} owed for ${span(lasted)}`;
  const alarm = alarmIn(held, targets, now);
  const whole = waited(held, now);
  // A new agent has the whole time for a first response, but the customer has waited for longer.
  const more = [
    ...(over !== null && whole - lasted >= 1_000 ? [`the customer has waited for ${span(whole)}`] : []),
    ...(alarm === null ? [] : [`supervisors get an alarm in ${span(alarm)}`]),
  ];
  return { look, when: [when, ...more].join(', ') };
}

/** What is changed for today. @param {Pick<AgentRow, 'capacity'|'today_changed'>} row */
export function todayWords({ capacity, today_changed: changed = [] }) {
  const words = [changed.includes('capacity') && `${capacity} at once`, changed.includes('teams') && 'other teams'];
  return [...words.filter(Boolean), 'today only'].join(', ');
}

/** @param {AgentRow} row @param {number} now */
export function statusOf({ connected, gone_since: gone, status: state, reason, since }, now) {
  const lasted = (/** @type {string} */ at) =>
    html`<span class="quiet num">${span(Math.floor((now - new Date(at).getTime()) / 60_000) * 60_000 || now - new Date(at).getTime())}</span>`;
  if (!connected)
    return html`<span class="st"><span class=${`dot ${state === 'available' ? 'danger' : 'hollow'}`}></span>${state === 'available' ? 'Connection lost' : 'Not connected'}${gone ? lasted(gone) : nothing}</span>`;
  const [dot, word] =
    state === 'available'
      ? ['ok', 'Available']
      : state === 'away'
        ? ['warn', reason ? `Away: ${reason}` : 'Away']
        : ['hollow', 'Offline'];
  return html`<span class="st"><span class=${`dot ${dot}`}></span><span class="cut" dir="auto">${word}</span>${lasted(since)}</span>`;
}

/** @param {AgentRow} row */
function wraps({ wrapping_up: count }) {
  return Array.from(
    { length: count },
    () => html`<span class="seat wrap" title="Wrap-up"><span class="sr">Wrap-up</span></span>`,
  );
}

/** @param {AgentRow} row */
function free({ free: count }) {
  return count
    ? html`${Array.from({ length: count }, () => html`<i class="seat free"></i>`)}<span class="sr">${count} free</span>`
    : nothing;
}

customElements.define('floor-agents', FloorAgents);
