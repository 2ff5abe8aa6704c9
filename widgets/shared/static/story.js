/**
 * Turns a chat's durable events into the items that a reader sees: messages, notes and centered lines. Pure, so that
 * history and live events cannot differ.
 *
 * @import { Durable, Sender } from './client/types.js'
 * @import { Template } from './parts.js'
 * @typedef {{side: 'customer'|'staff', id: string|null}} Viewer whose eyes: a customer never sees a staff line
 * @typedef {{team: (key: string) => string, status: (key: string) => string, code: (key: string) => string}} Words
 * @typedef {string|{strong: string}} Part
 * @typedef {{id: string, name: string, type: string, size: number, url: string}} File
 * @typedef {{kind: 'message'|'note'|'line'|'day'|'mark', key: string, chat?: string, seq: number, at: string, by?: Sender, mine?: boolean, own?: boolean,
 *   text?: string, files?: File[], redacted?: boolean, removedBy?: string|null, scribe?: string, whisper?: boolean, icon?: string, parts?: Part[], gap?: boolean,
 *   failed?: boolean, ticket?: number, look?: () => Template}} Item
 *   `mark`: what a view puts between, drawn by its `look`; `mine`: on the reader's side of the conversation; `own`: written by the reader; `removedBy`: told to staff alone;
 *   `scribe`: who of staff wrote down what somebody else had to say
 */

import { firstName } from './people.js';
import { sameDay } from './days.js';
import { span } from './moments.js';
import { inside, shapeOf } from './vocabulary.js';
import { pieces, t } from './words.js';

/** The author of a text can remove it without a reason for this long. */
export const TAKE_BACK_MS = 5 * 60_000;
const GROUP_MS = 5 * 60_000;
const GAP_MS = 2 * 60_000;
/** Shorter waits are not shown. */
const WAIT_MS = 5_000;

/** @param {string} at */
const ms = (at) => new Date(at).getTime();
/** @param {string} text */
const strong = (text) => ({ strong: text });

/** The story of a chat or a ticket. `add` takes the events of each stream in the order of their `seq`. */
export class Story {
  /** @param {Viewer} viewer @param {Words} words */
  constructor(viewer, words) {
    this.viewer = viewer;
    this.words = words;
    this.team = '';
    /** @type {string|null} */
    this.queuedAt = null;
    /** The last agent. @type {{id: string, name: string}|null} */
    this.left = null;
    /** @type {string|null} */
    this.lastAt = null;
    /** @type {Map<string, number>} the `seq` seen last, by stream: a ticket's transcript holds its chats' and its own */
    this.seen = new Map();
  }

  /** @param {Durable} frame @returns {Item[]} none for what this reader is not told, and for what is already there */
  add(frame) {
    const stream = streamOf(frame);
    if (frame.seq <= (this.seen.get(stream) ?? 0)) return [];
    this.seen.set(stream, frame.seq);
    const items = this.#told(frame);
    if (!items.length) return items;
    const newDay = this.lastAt === null ? !sameDay(frame.at, Date.now()) : !sameDay(this.lastAt, frame.at);
    this.lastAt = frame.at;
    return newDay
      ? [{ kind: 'day', key: `day-${keyOf(frame, frame.seq)}`, seq: frame.seq, at: frame.at }, ...items]
      : items;
  }

  /** @param {Durable} frame @returns {Item[]} */
  #told(frame) {
    const base = { key: keyOf(frame, frame.seq), chat: frame.chat, seq: frame.seq, at: frame.at, by: frame.from };
    switch (frame.type) {
      case 'chat.started':
        this.team = frame.team;
        this.queuedAt = frame.at;
        return this.#staffOnly(base, 'line', {
          parts: [
            strong(frame.name || frame.from.name || 'A visitor'),
            ' joined the queue for ',
            strong(this.words.team(frame.team)),
          ],
        });
      case 'message':
      case 'reply':
        return [
          ...this.#says(frame, base),
          {
            ...base,
            kind: 'message',
            ...said(frame),
            files: frame.files ?? [],
            mine: frame.from.kind === this.viewer.side,
            own: this.#isReader(frame.from),
          },
        ];
      case 'note':
        return this.#staffOnly(base, 'note', {
          ...said(frame),
          files: frame.files ?? [],
          whisper: Boolean(frame.whisper),
          own: this.#isReader(frame.from),
        });
      case 'chat.waiting':
        return this.#staffOnly(base, 'line', {
          icon: 'hourglass',
          parts: [strong(frame.from.name || 'The customer'), ' stays in the queue past closing'],
        });
      case 'chat.addressed':
        return this.#staffOnly(base, 'line', {
          icon: 'mail',
          parts: [
            strong(frame.from.name || 'The customer'),
            ' gave the address ',
            strong(frame.email),
            ' for the answer',
          ],
        });
      case 'chat.rated':
        return this.#staffOnly(base, 'line', {
          icon: 'star',
          parts: ['Rated ', strong(`${frame.score} of 5`), frame.comment ? `: “${frame.comment}”` : ''],
        });
      case 'chat.left':
        this.left = frame.who;
        return this.#leaves(frame, base);
      case 'chat.transferred':
        return [{ ...base, kind: 'line', ...this.#staffIcon('arrow-right-left'), parts: this.#handedOn(frame) }];
      case 'chat.queued':
        return this.#queued(frame, base);
      case 'chat.assigned':
        return [...this.#waited(frame, base), { ...base, kind: 'line', parts: this.#joins(frame) }];
      case 'chat.closed':
        return [
          { ...base, kind: 'line', icon: shapeOf(frame.status)[1], parts: this.#ending(frame), ticket: frame.ticket },
        ];
      default:
        return [];
    }
  }

  /** @param {Omit<Item, 'kind'>} base @param {Item['kind']} kind @param {Partial<Item>} rest @returns {Item[]} */
  #staffOnly(base, kind, rest) {
    return this.viewer.side === 'staff' ? [{ ...base, kind, ...rest }] : [];
  }

  /** The customers' sprite has few icons. @param {string} icon @returns {Partial<Item>} */
  #staffIcon(icon) {
    return this.viewer.side === 'staff' ? { icon } : {};
  }

  /** @param {Durable} frame @returns {Part[]} */
  #joins({ by, staff }) {
    const name = strong(this.#nameOf(staff));
    if (this.viewer.side === 'customer') return pieces('{name} joined', { name });
    if (by === 'take')
      return this.left ? [name, ' took over from ', strong(this.#inside(this.left))] : [name, ' took this over'];
    return [name, by === 'pick' ? ' took this from the queue' : ' joined'];
  }

  /** For customers only: staff see it in the event that follows. @param {Durable} frame @param {Omit<Item, 'kind'>} base @returns {Item[]} */
  #leaves({ who, reason }, base) {
    if (this.viewer.side === 'staff') return [];
    const name = strong(firstName(who.name));
    if (reason === 'gone')
      return [
        {
          ...base,
          kind: 'line',
          parts: pieces('{name}’s connection dropped. A colleague takes over. You keep your place at the front.', {
            name,
          }),
        },
      ];
    if (reason === 'no_reply')
      return [{ ...base, kind: 'line', parts: [t('A colleague takes over. You keep your place at the front.')] }];
    return [];
  }

  /** @param {Durable} frame @returns {Part[]} */
  #handedOn({ from, from_team: before, to_team: team, to_staff: staff }) {
    const to = strong(staff ? this.#inside(staff) : this.words.team(team));
    if (this.viewer.side === 'customer') {
      const name = strong(firstName(from.name));
      // Whoever leaves hands their chats back to the queue they came from.
      if (!staff && before === team) return [t('A colleague takes over. You keep your place at the front.')];
      return staff
        ? pieces('{name} transferred you to {to}, with the whole conversation.', { name, to })
        : pieces('{name} transferred you to {to}. You’re at the front of the line there.', { name, to });
    }
    const known = from.id === this.viewer.id ? 'You' : (from.name ?? 'A colleague');
    const where =
      before === team ? [] : [' from ', this.words.team(before), staff ? ` to ${this.words.team(team)}` : ''];
    return [strong(known), ' transferred this', ...(staff ? [' to ', to, ...where] : [...where, ' to ', to])];
  }

  /** Back in a queue, or in another. @param {Durable} frame @param {Omit<Item, 'kind'>} base @returns {Item[]} */
  #queued({ team, reason, at }, base) {
    const before = this.team;
    Object.assign(this, { team, queuedAt: at });
    if (this.viewer.side === 'customer') {
      const parts =
        reason === 'overflow'
          ? pieces('{team} can answer sooner, so you’re in line there now. Your wait so far counts.', {
              team: strong(this.words.team(team)),
            })
          : null;
      return parts ? [{ ...base, kind: 'line', parts }] : [];
    }
    const left = this.left ? strong(this.#nameOf(this.left)) : 'The agent';
    const queue = this.words.team(team);
    /** @type {Record<string, [string, Part[]]>} */
    const lines = {
      agent_gone: ['wifi-off', [left, ` disconnected: back in the queue for ${queue}`]],
      no_reply: ['alarm-clock', [left, ` did not answer in time: back in the queue for ${queue}`]],
      declined: ['users', [`Not accepted: back in the queue for ${queue}`]],
      overflow: [
        'arrow-right-left',
        [`${this.words.team(before)} is too busy: moved to the queue for `, strong(queue)],
      ],
    };
    const [icon, parts] = lines[reason] ?? [];
    return parts ? [{ ...base, kind: 'line', icon, parts }] : [];
  }

  /** The customer's verdict that came with a reply. @param {Durable} frame @param {Omit<Item, 'kind'>} base */
  #says(frame, base) {
    /** @type {Record<string, [string, string]>} */
    const words = {
      solved: ['circle-check', ' confirmed it’s solved'],
      not_fixed: ['circle-alert', ' says it’s not fixed'],
    };
    const [shape, said] = words[frame.says] ?? [];
    return said
      ? this.#staffOnly({ ...base, key: `${base.key}-says` }, 'line', {
          icon: shape,
          parts: [strong(frame.from.name || 'The requester'), said],
        })
      : [];
  }

  /** @param {Sender} sender */
  #isReader(sender) {
    if (this.viewer.side === 'customer') return sender.kind === 'customer';
    return sender.kind === 'staff' && sender.id === this.viewer.id;
  }

  /** @param {{id: string, name: string}} staff */
  #nameOf(staff) {
    return this.viewer.side === 'staff' && staff.id === this.viewer.id ? 'You' : staff.name;
  }

  /** The name within a sentence. @param {{id: string, name: string}} staff */
  #inside(staff) {
    const name = this.#nameOf(staff);
    return name === 'You' ? 'you' : name;
  }

  /** @param {Durable} frame @param {Omit<Item, 'kind'>} base */
  #waited(frame, base) {
    if (!this.queuedAt) return [];
    const waited = ms(frame.at) - ms(this.queuedAt);
    this.queuedAt = null;
    if (waited < WAIT_MS) return [];
    const gap = waited >= GAP_MS;
    return this.#staffOnly({ ...base, key: `${base.key}-wait` }, 'line', {
      gap,
      icon: gap ? 'hourglass' : undefined,
      parts: ['Waited ', strong(span(waited)), ` in the queue for ${this.words.team(this.team)}`],
    });
  }

  /** @param {Durable} frame @returns {Part[]} */
  #ending(frame) {
    const who = frame.by ?? frame.from;
    const customer = this.viewer.side === 'customer';
    const values = { ticket: frame.ticket, status: inside(this.words.status(frame.status)) };
    if (customer)
      return [
        `${endingForCustomers(frame.reason, firstName(who.name))} ${t('It’s now ticket #{ticket}, {status}.', values)}`,
      ];
    /** @type {Record<string, Part[]>} */
    const how = {
      closed: [
        strong(
          who.id === this.viewer.id ? 'You' : (who.name ?? (who.id?.startsWith('rule-') ? 'A rule' : 'A colleague')),
        ),
        ' closed the chat.',
      ],
      ended: ['The customer ended the chat.'],
      abandoned: ['The customer left the queue.'],
      missed: ['Nobody was free before closing.'],
      silent: ['The chat ended after a long silence.'],
    };
    // The time follows, after a dot of its own.
    return [...(how[frame.reason] ?? ['The chat ended.']), ` ${t('It’s now ticket #{ticket}, {status}', values)}`];
  }
}

/** The end of a chat, for its customer. @param {string} reason @param {string} name of whoever closed it */
function endingForCustomers(reason, name) {
  if (reason === 'closed') return name ? t('{name} closed the chat.', { name }) : t('Support closed the chat.');
  if (reason === 'ended') return t('You ended the chat.');
  if (reason === 'abandoned') return t('You left the line.');
  if (reason === 'missed') return t('Nobody was free before closing.');
  return reason === 'silent' ? t('The chat ended after a long silence.') : t('The chat ended.');
}

/** @param {Durable} frame `chat`, or of a ticket's own stream `ticket` */
const streamOf = (frame) => frame.chat ?? `ticket ${frame.ticket}`;

/** The key of the item that an event of a stream makes. @param {Durable} frame @param {number} seq */
export const keyOf = (frame, seq) => `${streamOf(frame)} ${seq}`;

/** @param {Durable} frame @returns {Pick<Item, 'text'|'redacted'>} */
const said = (frame) => (frame.redacted ? { redacted: true } : { text: frame.text ?? '' });

/** The key of the item that a redaction removes. @param {Durable} frame `message.redacted` @returns {string} its key */
export const redactedKey = (frame) => keyOf(frame, frame.of);

/** True if the reader wrote it and may still remove it without a reason. @param {Item} item @param {number} now ms */
export const mayTakeBack = (item, now) => Boolean(item.own) && now - ms(item.at) < TAKE_BACK_MS;

/** An item without its removed text. @param {Item} item @param {Durable} frame `message.redacted` @returns {Item} */
export function removed({ text: _text, ...item }, frame) {
  return {
    ...item,
    ...(item.files && { files: [] }),
    redacted: true,
    removedBy: frame.from?.id === item.by?.id ? null : (frame.from?.name ?? null),
  };
}

/** A text that staff recorded for the requester, as that person's own words. @param {Item} item @param {Sender} requester @returns {Item} */
export function writtenFor({ by, own, ...item }, requester) {
  return { ...item, by: requester, mine: false, own: false, scribe: own ? 'you' : (by?.name ?? 'a colleague') };
}

/** True if two neighbors form a group: the same person, close in time, nothing between. @param {Item|undefined} before @param {Item|undefined} after */
export function grouped(before, after) {
  return Boolean(
    before &&
      after &&
      before.kind === 'message' &&
      after.kind === 'message' &&
      before.by?.kind === after.by?.kind &&
      before.by?.id === after.by?.id &&
      ms(after.at) - ms(before.at) < GROUP_MS &&
      !before.scribe,
  );
}
