/**
 * The one markup of a message, a note and a line, for history and for what arrives.
 *
 * @import { Sender } from './client/types.js'
 * @import { File, Item } from './story.js'
 * @typedef {{first?: boolean, last?: boolean, side: 'customer'|'staff', now?: number, status?: Node|null, remove?: (() => void)|null,
 *   download?: ((file: File) => void)|null}} Place
 *   in its group; `status` is the line under an own message; `remove`: the reader may take its text away;
 *   `download`: for readers whose browser has no session that the file's address would do for
 */

import { h, icon } from './dom.js';
import { clock, heading, long, stamp } from './moments.js';
import { firstName, picture } from './people.js';
import { withLinks } from './story.js';

/** @template {Element} T @param {T} element @param {string|undefined} text what a person typed */
function typed(element, text) {
  for (const part of withLinks(text ?? '')) {
    element.append(part.href ? h('a', { class: 'link', href: part.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, part.text) : part.text);
  }
  return element;
}

/** @param {string} at */
const time = (at, text = clock(at)) => h('time', { datetime: at, title: long(at) }, text);

/** @param {Item} item @param {Place} place @returns {HTMLElement} */
export function markup(item, place) {
  const now = place.now ?? Date.now();
  if (item.kind === 'day') return h('p', { class: 'event' }, h('span', {}, time(item.at, heading(item.at, now))));
  if (item.kind === 'line') return line(item, place.side);
  if (item.kind === 'note') return note(item, now, place);
  return message(item, place);
}

/** @param {Item} item @param {'customer'|'staff'} side */
function line(item, side) {
  const parts = (item.parts ?? []).map((part) => (typeof part === 'string' ? part : h('b', { dir: 'auto' }, part.strong)));
  const at = side === 'staff' ? [' · ', time(item.at)] : [];
  return h('p', { class: item.gap ? 'event gap' : 'event' }, h('span', {}, item.icon && side === 'staff' && icon(item.icon), h('span', {}, parts, at)));
}

/** @param {Item} item @param {number} now @param {Place} place */
function note(item, now, { status = null, remove = null, download = null }) {
  const kind = item.whisper ? 'supervisor, staff only' : 'staff only';
  return h(
    'article', { class: `noted${item.whisper ? ' from-supervisor' : ''}${item.failed ? ' failed' : ''}`, 'aria-live': item.own ? 'off' : null },
    h('p', { class: 'by' }, icon(item.whisper ? 'ear' : 'lock'), h('b', { dir: 'auto' }, item.own ? 'You' : item.by?.name ?? 'A colleague'), time(item.at, stamp(item.at, now)), ` · ${kind}`),
    item.redacted ? h('p', { class: 'gone' }, removedWords('Note', item)) : typed(h('p', { class: 'text', dir: 'auto' }), item.text),
    (item.files ?? []).map((file) => fileLink(file, download)),
    remove && removeButton('note', remove),
    status,
  );
}

/** @param {Item} item @param {Place} place */
function message(item, { first, last, side, status = null, remove = null, download = null }) {
  const classes = ['msg', item.mine && 'mine', first && 'first', last && 'last', item.failed && 'failed'].filter(Boolean).join(' ');
  const by = item.by ?? { kind: 'system', id: null, name: null };
  const name = item.own ? 'You' : firstName(by.name) || (by.kind === 'customer' ? 'Visitor' : 'Support');
  const shownName = item.own && side === 'customer' ? h('span', { class: 'sr' }, 'You, ') : [h('b', { dir: 'auto' }, name), ' '];
  const head = first ? h('p', { class: 'by' }, shownName, time(item.at)) : h('p', { class: 'sr' }, `${name}, `, clock(item.at));
  return h(
    'article', { class: classes, 'aria-live': item.own ? 'off' : null },
    !item.mine && last && picture(by),
    head,
    bubble(item, side, remove),
    (item.files ?? []).map((file) => fileLink(file, download)),
    status,
  );
}

/** @param {Item} item @param {'customer'|'staff'} side @param {(() => void)|null} remove */
function bubble(item, side, remove) {
  if (item.redacted) return h('div', { class: 'bubble gone' }, removedWords('Message', side === 'staff' ? item : {}));
  const button = remove && removeButton('message', remove);
  // A message may be files alone.
  if (!item.text && item.files?.length) return button && h('div', { class: 'bubble bare' }, button);
  const element = typed(h('div', { class: 'bubble', dir: 'auto' }), item.text);
  if (button) element.append(button);
  return element;
}

/** @param {string} what @param {{removedBy?: string|null}} item */
const removedWords = (what, { removedBy }) => `${what} removed${removedBy ? ` by ${removedBy}` : ''}`;

/** @param {'message'|'note'} what @param {() => void} remove */
const removeButton = (what, remove) => h('button', { type: 'button', class: 'icon-btn act', 'aria-label': `Remove this ${what}`, title: `Remove this ${what}`, onclick: remove }, icon('trash-2'));

/** @param {File} file @param {((file: File) => void)|null} download */
function fileLink(file, download) {
  const dot = file.name.lastIndexOf('.');
  // The end of a name says what it is: it stays when the middle does not fit.
  const [start, end] = dot > 0 && file.name.length - dot <= 8 ? [file.name.slice(0, dot), file.name.slice(dot)] : [file.name, ''];
  const fetched = (/** @type {Event} */ event) => {
    event.preventDefault();
    download?.(file);
  };
  return h(
    'a', { class: 'file', href: file.url, download: file.name, title: file.name, onclick: download ? fetched : null },
    h('span', { class: 'pic' }, icon(file.type.startsWith('image/') ? 'image' : 'file-text')),
    h('span', {}, h('span', { class: 'name', dir: 'auto' }, h('span', { class: 'cut' }, start), end), h('small', { class: 'num' }, `${kindOf(file.type)}, ${bytes(file.size)}`)),
  );
}

/** @type {Record<string, string>} */
const KINDS = { 'application/pdf': 'PDF', 'text/plain': 'Text', 'text/csv': 'CSV', 'application/zip': 'ZIP' };

/** What a file is, in a word: `PDF`, `PNG picture`, `File`. @param {string} type a media type */
export function kindOf(type) {
  const [family, kind = ''] = type.split('/');
  if (family === 'image') return `${kind.split('+')[0].toUpperCase()} picture`;
  if (/spreadsheet|excel/u.test(kind)) return 'Spreadsheet';
  if (/presentation|powerpoint/u.test(kind)) return 'Slides';
  return KINDS[type] ?? (/wordprocessing|msword/u.test(kind) ? 'Document' : 'File');
}

/** `412 bytes`, `18 KB`, `2.4 MB` @param {number} size */
export function bytes(size) {
  if (size < 1_000) return size === 1 ? '1 byte' : `${size} bytes`;
  if (size < 999_500) return `${Math.round(size / 1_000)} KB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/**
 * The line under an own message: clock, one tick, two ticks, circled mark; each with its word.
 * @param {'sending'|'offline'|'again'|'sent'|'read'|'failed'} state `again`: the server could not store it, it is tried again by itself
 * @param {{reason?: string, retry?: () => void, discard?: () => void}} [failed]
 */
export function statusLine(state, { reason = '', retry, discard } = {}) {
  const shape = { sending: 'clock', offline: 'clock', again: 'clock', sent: 'check', read: 'check-check', failed: 'circle-alert' }[state];
  const words = { sending: 'Sending', offline: 'Sends when you’re back online', again: 'Not sent yet, trying again', sent: 'Sent', read: 'Read', failed: `Not sent${reason ? `, ${reason}` : ''}.` }[state];
  return h(
    'p', { class: state === 'failed' ? 'state failed' : 'state' }, icon(shape), h('span', {}, words),
    retry && h('button', { type: 'button', onclick: retry }, 'Retry'),
    discard && h('button', { type: 'button', onclick: discard }, 'Delete'),
  );
}

/** Somebody on the other side is typing: dots that are not announced. @param {Sender} sender */
export function typingMarkup(sender) {
  return h(
    'div', { class: 'msg first last typing', 'aria-hidden': 'true' },
    picture(sender), h('p', { class: 'by' }, h('b', {}, firstName(sender.name) || 'Visitor'), ' is typing'),
    h('div', { class: 'bubble' }, h('span', { class: 'dots' }, h('i'), h('i'), h('i'))),
  );
}
