/**
 * Templates of a message, a note and a line, for history and live events alike.
 *
 * @import { Sender } from './client/types.js'
 * @import { Template } from './parts.js'
 * @import { File, Item } from './story.js'
 * @typedef {typeof TOOLS} Tools
 * @typedef {Element & {said?: string}} Rich `said`: the text that it shows
 * @typedef {{first?: boolean, last?: boolean, side: 'customer'|'staff', now?: number, live?: boolean, status?: Template|null,
 *   remove?: (() => void)|null, download?: ((file: File) => void)|null, preview?: (image: HTMLImageElement, file: File) => void}} Place
 *   in its group; `live`: it came while somebody looked on, false for the past; `status` is the line under an own message;
 *   `remove`: the reader may take its text away; `download`: for readers whose browser has no session that the file's address would do
 *   for; `preview`: has a picture shown to such a reader, and may be asked again
 */

import { html, nothing, render } from './vendor/lit-html.js';
import { ref } from './vendor/lit-lists.js';
import { lazily } from './client/lazily.js';
import { heading, stamp } from './days.js';
import { clock } from './moments.js';
import { icon, moment, picture } from './parts.js';
import { firstName } from './people.js';
import { bytes, kindOf, shortName } from './sizes.js';
import { pieces, t } from './words.js';

/** A larger picture is not fetched for a customer who did not ask for it. */
const PREVIEW_BYTES = 5_000_000;

/** For chunks that are loaded later. */
const TOOLS = { html, nothing, render, t, icon, bytes, stamp };
/** A text without any of this has neither links nor marks. */
const MARKED = /[*_`@]|www\.|:\/\/|\d[\d ().-]{6}|^ {0,3}(?:[-•]|\d{1,3}[.)])[ \t]/mu;
/** @type {typeof import('./rich-text-view.js')|null} */
let view = null;

/** A person's text. Customers' texts stay as they are typed, apart from links. @param {string|undefined} text @param {boolean} staff */
const typed = (text = '', staff) =>
  MARKED.test(text)
    ? html`<div class="rich" ${ref((/** @type {Element|undefined} */ box) => box && fill(/** @type {Rich} */ (box), text, staff))}></div>`
    : text;

/** The text is there at once, and its links as soon as the chunk that finds them is. @param {Rich} box @param {string} text @param {boolean} staff */
function fill(box, text, staff) {
  if (box.said === text) return;
  box.said = text;
  if (view) return view.drawText(TOOLS, box, text, staff);
  box.textContent = text;
  lazily(() => import('./rich-text-view.js')).then(
    (loaded) => {
      view = loaded;
      if (box.said === text) view.drawText(TOOLS, box, text, staff);
    },
    () => {},
  );
}

/** @param {Item} item @param {Place} place @returns {Template} */
export function template(item, place) {
  const now = place.now ?? Date.now();
  if (item.kind === 'day') return html`<p class="event"><span>${moment(item.at, heading(item.at, now))}</span></p>`;
  if (item.kind === 'mark' && item.look) return item.look();
  if (item.kind === 'line') return line(item, place);
  if (item.kind === 'note') return note(item, now, place);
  return message(item, place);
}

/** The value of `aria-live`: live messages of others are announced. @param {Item} item @param {Place} place */
const silence = (item, { live = true }) => (item.own || !live ? 'off' : nothing);

/** @param {Item} item @param {Place} place */
function line(item, place) {
  const staff = place.side === 'staff';
  const parts = (item.parts ?? []).map((part) =>
    typeof part === 'string' ? part : html`<b dir="auto">${part.strong}</b>`,
  );
  const look = ['event', item.gap && 'gap', place.live && 'new'].filter(Boolean).join(' ');
  return html`<p class=${look} aria-live=${place.live === false ? 'off' : nothing}><span>${item.icon && staff ? icon(item.icon) : nothing}<span>${parts}${staff ? html` · ${moment(item.at, clock(item.at))}` : nothing}</span></span></p>`;
}

/** @param {Item} item @param {number} now @param {Place} place */
function note(item, now, place) {
  const look = ['noted', item.whisper && 'from-supervisor', item.failed && 'failed', place.live && 'new']
    .filter(Boolean)
    .join(' ');
  return html`<article class=${look} aria-live=${silence(item, place)}>
    <p class="by">${icon(item.whisper ? 'ear' : 'lock')}<b dir="auto">${item.own ? 'You' : (item.by?.name ?? 'The system')}</b>${moment(item.at, stamp(item.at, now))} · ${item.whisper ? 'supervisor, staff only' : 'staff only'}</p>
    ${item.redacted ? html`<p class="gone">${removedWords('Note', item)}</p>` : html`<div class="text" dir="auto">${typed(item.text, true)}</div>`}
    ${(item.files ?? []).map((file) => fileLink(file, item, place))}${place.remove ? removeButton('note', place.remove) : nothing}${place.status ?? nothing}
  </article>`;
}

/** @param {Item} item @param {Place} place */
function message(item, place) {
  const { first, last, side } = place;
  const look = [
    'msg',
    item.mine && 'mine',
    first && 'first',
    last && 'last',
    item.failed && 'failed',
    place.live && 'new',
  ]
    .filter(Boolean)
    .join(' ');
  const by = item.by ?? { kind: 'system', id: null, name: null };
  const name = item.own ? t('You') : firstName(by.name) || (by.kind === 'customer' ? t('Visitor') : t('Support'));
  const shownName =
    item.own && side === 'customer'
      ? html`<span class="sr">${name}, </span>`
      : html`<b dir="auto">${name}</b>${item.scribe ? html`, written down by <b dir="auto">${item.scribe}</b>` : nothing} `;
  return html`<article class=${look} aria-live=${silence(item, place)}>
    ${!item.mine && last ? picture(by) : nothing}
    ${first ? html`<p class="by">${shownName}${moment(item.at, clock(item.at))}</p>` : html`<p class="sr">${name}, ${clock(item.at)}</p>`}
    ${said(item, place)}${place.status ?? nothing}
  </article>`;
}

/** @param {Item} item @param {Place} place */
function said(item, place) {
  const [first, ...others] = (item.files ?? []).map((file) => fileLink(file, item, place));
  // Of files alone, the first one has the button that a bubble would have.
  if (first && !item.text && !item.redacted && place.remove)
    return html`<div class="bare">${first}${removeButton('message', place.remove)}</div>${others}`;
  return html`${bubble(item, place)}${first}${others}`;
}

/** @param {Item} item @param {Place} place */
function bubble(item, { side, remove }) {
  if (item.redacted)
    return html`<div class="bubble gone">${side === 'staff' ? removedWords('Message', item) : t('Message removed')}</div>`;
  // A message may be files alone.
  if (!item.text && item.files?.length) return nothing;
  return html`<div class="bubble" dir="auto" .raw=${item.text ?? ''}>${typed(item.text, item.by?.kind === 'staff' && !item.scribe)}${remove ? removeButton('message', remove) : nothing}</div>`;
}

/** @param {string} what @param {{removedBy?: string|null}} item */
const removedWords = (what, { removedBy }) => `${what} removed${removedBy ? ` by ${removedBy}` : ''}`;

/** @param {'message'|'note'} what @param {() => void} remove */
function removeButton(what, remove) {
  const name = what === 'note' ? 'Remove this note' : t('Remove this message');
  return html`<button type="button" class="icon-btn act" aria-label=${name} title=${name} @click=${remove}>${icon('trash-2')}</button>`;
}

/** @param {File} file @param {Item} item @param {Place} place */
function fileLink(file, item, { download, preview }) {
  const isPicture = file.type.startsWith('image/') && Boolean(file.url);
  const fetched = (/** @type {Event} */ event) => {
    event.preventDefault();
    download?.(file);
  };
  const put = (/** @type {Element|undefined} */ image) => {
    if (!(image instanceof HTMLImageElement)) return;
    if (preview) preview(image, file);
    else if (!image.src) image.src = file.url;
  };
  const words = html`<span class="pic">${icon(isPicture ? 'image' : 'file-text')}</span><span><span class="name" dir="auto">${shortName(file.name)}</span><small class="num">${kindOf(file.type)}, ${bytes(file.size)}</small></span>`;
  const shown = isPicture && (preview ? file.size <= PREVIEW_BYTES : !download);
  const look = shown
    ? html`<img class="preview" alt="" loading="lazy" decoding="async" ${ref(put)} @error=${unseen}>${words}`
    : words;
  if (!isPicture || (download && !preview))
    return html`<a class="file" href=${file.url || nothing} download=${file.name} title=${file.name} @click=${download ? fetched : null}>${look}</a>`;
  const large = {
    file,
    by: item.own ? t('You') : (item.by?.name ?? t('Visitor')),
    at: item.at,
    show: put,
    download,
  };
  return html`<a class="file" href=${file.url} download=${file.name} title=${file.name} aria-haspopup="dialog" .picture=${large} @click=${enlarge}>${look}</a>`;
}

/** Shows a picture large, unless the reader wants the file. @param {MouseEvent} event */
function enlarge(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const thumbnail = /** @type {import('./lightbox.js').Thumbnail} */ (event.currentTarget);
  lazily(() => import('./lightbox.js')).then(
    ({ openLightbox }) => openLightbox(TOOLS, thumbnail),
    () => {},
  );
}

/** A picture that cannot be shown is a file like any other. @param {Event} event */
const unseen = ({ target }) => target instanceof Element && target.remove();

/**
 * The line under an own message: clock, one tick, two ticks, circled mark; each with its word.
 * @param {'sending'|'slow'|'offline'|'again'|'sent'|'read'|'failed'} state `again`: the server could not store it, it is tried again by itself
 * @param {{reason?: string, retry?: () => void, edit?: () => void, discard?: () => void, ticket?: {number: number, add: () => void}}} [failed]
 *   `ticket`: what the chat has become, and a way to say it there
 * @returns {Template}
 */
export function statusLine(state, { reason = '', retry, edit, discard, ticket } = {}) {
  const shape = {
    sending: 'clock',
    slow: 'clock',
    offline: 'clock',
    again: 'clock',
    sent: 'check',
    read: 'check-check',
    failed: 'circle-alert',
  }[state];
  const failed = reason ? t('Not sent, {reason}.', { reason }) : t('Not sent.');
  const words = {
    sending: t('Sending'),
    slow: t('Still sending'),
    offline: t('Sends when you’re back online'),
    again: t('Not sent yet, trying again'),
    sent: t('Sent'),
    read: t('Read'),
    failed,
  }[state];
  const button = (/** @type {(() => void)|undefined} */ act, /** @type {string} */ name) =>
    act ? html`<button type="button" @click=${act}>${name}</button>` : nothing;
  return html`<p class=${state === 'failed' ? 'state failed' : 'state'}>${icon(shape)}<span>${words}</span>${button(retry, t('Retry'))}${button(edit, t('Edit'))}${button(ticket?.add, t('Add to ticket #{number}', { number: ticket?.number ?? '' }))}${button(discard, t('Delete'))}</p>`;
}

/** @param {Sender} sender */
const typingWords = ({ name }) =>
  pieces('{name} is typing', { name: html`<b dir="auto">${firstName(name) || t('Visitor')}</b>` });

/** Somebody on the other side is typing, which is not announced: dots, or what they have so far. @param {Sender} sender @param {string} [preview] @returns {Template} */
export function typingMarkup(sender, preview = '') {
  return html`<div class=${`msg first last typing${preview ? ' draft' : ''}`} aria-hidden="true">${picture(sender)}<p class="by">${typingWords(sender)}${preview ? ', not sent yet' : ''}</p><div class="bubble" dir="auto">${preview || html`<span class="dots"><i></i><i></i><i></i></span>`}</div></div>`;
}
