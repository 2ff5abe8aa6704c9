/**
 * The state of one customer's chat, from the server's events. Pure; the views draw it.
 *
 * @import { Durable, Frame, Ok } from '../shared/client/types.js'
 * @import { Team } from '../shared/types.js'
 * @typedef {'opening'|'form'|'starting'|'sending'|'queued'|'active'|'closed'|'left'} Phase
 *   `sending`: a message for a ticket, on its way; `left`: it is one
 * @typedef {{ticket: number, status: string, reason: string}} Outcome what it has become; `reason` as of `chat.closed`, or `message`
 */

/** A chat can be rated for this long. */
export const RATED_WITHIN_MS = 30 * 24 * 3_600_000;

export class Visit {
  /** @type {Team[]} */
  teams = [];
  /** @type {Phase} */
  phase = 'opening';
  /** @type {string|null} */
  chat = null;
  /** @type {string|null} */
  team = null;
  /** @type {number|null} */
  position = null;
  /** @type {number|null} */
  waitS = null;
  /** @type {{id: string, name: string, connected: boolean}|null} */
  agent = null;
  /** @type {Outcome|null} */
  outcome = null;
  /** @type {number|null} ms, when the chat was closed */
  closedAt = null;
  /** @type {string|null} the team closes then, and the customer may choose what becomes of their place in line */
  decideBy = null;
  /** @type {string|null} in line beyond closing, by the customer's choice */
  waitsUntil = null;
  /**
   * The customer has been silent since the agent's last message, and the chat ends at this time. `told`: 1 after the
   * reminder, 2 after the warning.
   * @type {{endsAt: string, told: number}|null}
   */
  silent = null;
  /** Another team can answer sooner. */
  moved = false;
  /** The agent has transferred the chat, and nobody has it yet. */
  handed = false;
  /** An agent has joined this chat. */
  wasAnswered = false;
  /** @type {{score: number, comment: string|null}|null} */
  rating = null;
  readByStaff = 0;
  lastSeq = 0;
  lastRead = 0;
  /** @type {number[]} the `seq` of what staff wrote and was not seen */
  fromStaff = [];
  /** `seq` of the first of them when the customer last came back to the conversation; 0 if there was none. */
  newFrom = 0;

  /** Resets everything of the earlier chat. @param {Phase} phase */
  begin(phase) {
    Object.assign(this, new Visit(), { phase, teams: this.teams });
  }

  /** The `ok` to `hello`. @param {Ok} ok @param {string|null} known the chat that this browser remembers @returns {string|null} the chat to follow */
  greeted(ok, known) {
    this.teams = ok.teams ?? [];
    const open = ok.chats?.[0]?.chat ?? null;
    if (this.chat) return null;
    const chat = open ?? known;
    if (chat) this.join(chat);
    return chat;
  }

  /** @param {string} chat */
  join(chat) {
    this.chat = chat;
  }

  /** The `ok` to `chat.resume` or `chat.start`: state that is not in the events. @param {Ok} ok */
  holds(ok) {
    if (ok.chat && ok.chat !== this.chat) return;
    // The answer to a repeated command is that to the first one.
    if (ok.seq < this.lastSeq) return;
    if (ok.state && ok.state !== 'closed') this.phase = ok.state === 'active' ? 'active' : 'queued';
    if ('position' in ok) this.position = ok.position;
    if ('wait_s' in ok) this.waitS = ok.wait_s;
    Object.assign(this, { decideBy: ok.closing?.decide_by ?? null, waitsUntil: ok.waits_until ?? null });
    if (ok.silent) this.silent = { endsAt: ok.silent.ends_at, told: ok.silent.step };
    if (ok.agent) this.agent = { connected: true, ...ok.agent };
    if (ok.read?.staff) this.readByStaff = Math.max(this.readByStaff, ok.read.staff);
    if (ok.read?.customer) this.readUpto(ok.read.customer);
  }

  /** A durable event of this chat. @param {Durable} frame */
  told(frame) {
    if (frame.chat !== this.chat || frame.seq <= this.lastSeq) return;
    this.lastSeq = frame.seq;
    switch (frame.type) {
      case 'chat.started':
        this.team = frame.team;
        this.phase = 'queued';
        break;
      case 'chat.queued':
        // The question concerns the closing time of the team, so a declined offer changes nothing.
        if (frame.team !== this.team)
          Object.assign(this, { decideBy: null, waitsUntil: null, moved: frame.reason === 'overflow' });
        Object.assign(this, { team: frame.team, phase: 'queued', agent: null, silent: null, handed: false });
        break;
      case 'chat.transferred':
        Object.assign(this, { team: frame.to_team, handed: true });
        break;
      case 'chat.waiting':
        Object.assign(this, { decideBy: null, waitsUntil: frame.until });
        break;
      case 'chat.assigned':
        Object.assign(this, {
          agent: { ...frame.staff, connected: true },
          phase: 'active',
          position: null,
          waitS: null,
          wasAnswered: true,
          decideBy: null,
          waitsUntil: null,
          moved: false,
          handed: false,
        });
        break;
      case 'message':
        this.silent = null;
        if (frame.from.kind === 'staff' && !frame.redacted && frame.seq > this.lastRead) this.fromStaff.push(frame.seq);
        break;
      case 'message.redacted':
        this.fromStaff = this.fromStaff.filter((seq) => seq !== frame.of);
        break;
      case 'chat.rated':
        this.rating = { score: frame.score, comment: frame.comment };
        break;
      case 'chat.closed':
        this.outcome = { ticket: frame.ticket, status: frame.status, reason: frame.reason };
        this.closedAt = new Date(frame.at).getTime();
        Object.assign(this, { phase: 'closed', position: null, waitS: null, silent: null });
        break;
      default:
    }
  }

  /** An ephemeral event. @param {Frame} frame */
  heard(frame) {
    if (frame.type === 'hours') this.teams = frame.teams;
    if (!frame.chat || frame.chat !== this.chat) return;
    if (frame.type === 'queue.position') {
      this.position = frame.position;
      this.waitS = frame.wait_s;
    } else if (frame.type === 'chat.silent') {
      this.silent = { endsAt: frame.ends_at, told: frame.step };
    } else if (frame.type === 'chat.closing') {
      if (this.phase === 'queued' || this.handed)
        Object.assign(this, { decideBy: frame.decide_by, waitsUntil: frame.waits_until });
    } else if (frame.type === 'chat.presence' && this.agent && frame.from.kind === 'staff') {
      this.agent.connected = frame.connected;
    } else if (frame.type === 'read' && frame.from.kind === 'staff') {
      this.readByStaff = Math.max(this.readByStaff, frame.upto);
    } else if (frame.type === 'read') {
      // In another tab.
      this.readUpto(frame.upto);
    }
  }

  /** The customer has seen everything up to `seq`. @param {number} seq */
  readUpto(seq) {
    this.lastRead = Math.max(this.lastRead, seq);
    this.fromStaff = this.fromStaff.filter((one) => one > this.lastRead);
  }

  get unread() {
    return this.fromStaff.length;
  }

  /** The chat could not begin: this team is closed. @param {string} key @param {string|null} opensAt */
  closedFor(key, opensAt) {
    this.teams = this.teams.map((team) =>
      team.team === key ? { ...team, open: false, opens_at: opensAt, closes_at: null } : team,
    );
  }

  /** True if the chat can be rated. @param {number} now ms */
  rateable(now) {
    return this.phase === 'closed' && this.wasAnswered && now - (this.closedAt ?? 0) < RATED_WITHIN_MS;
  }

  /** Staff see what the customer types before it is sent. */
  get previews() {
    return this.phase === 'active' && Boolean(this.teams.find(({ team }) => team === this.team)?.typing_preview);
  }

  /** The team's name as shown, the key for lack of it. */
  teamName(key = this.team) {
    return this.teams.find((team) => team.team === key)?.name ?? key ?? '';
  }
}
