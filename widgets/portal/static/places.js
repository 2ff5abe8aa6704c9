/**
 * Where the reader stopped in the videos of an article. With an account the desk keeps it, otherwise the browser. Without
 * scripts the videos play from the beginning.
 *
 * @typedef {{video: string, part: number, parts: number, seconds: number, length: number}} Place
 */

import { element } from '../shared/dom.js';
import { t } from '../shared/words.js';

const EVERY_MS = 15_000;
/** A place before this is the beginning. */
const FIRST_S = 5;
/** So many seconds before its end, a video counts as watched. */
const END_S = 3;

/** @param {string} article */
const keyOf = (article) => `switchboard.place.${article}`;

/** A place in a video: `14:20`, `1:04:20`. @param {number} seconds */
export function timeOf(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** @param {Place} place */
export function sentenceOf({ part, parts, seconds }) {
  const values = { part, parts, time: timeOf(seconds) };
  if (!seconds) return t('Next: part {part} of {parts}.', values);
  return parts > 1
    ? t('You stopped at {time} in part {part} of {parts}.', values)
    : t('You stopped at {time}.', values);
}

/** The place in an article that the browser keeps. @param {Storage|null} store @param {string} article @returns {Place|undefined} */
export function keptPlace(store, article) {
  try {
    const place = JSON.parse(store?.getItem(keyOf(article)) ?? 'null');
    const { part, parts, seconds, length } = place ?? {};
    return typeof place?.video === 'string' && [part, parts, seconds, length].every(Number.isFinite)
      ? place
      : undefined;
  } catch {
    return undefined;
  }
}

/** Says in a list of a reader without an account where this browser stopped. @param {ParentNode} page @param {Storage|null} store */
export function showStopped(page, store) {
  for (const said of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll('[data-stopped-in]'))) {
    const place = keptPlace(store, said.dataset.stoppedIn ?? '');
    if (!place) continue;
    said.textContent = sentenceOf(place);
    said.hidden = false;
  }
}

export class Places {
  /**
   * @param {HTMLElement} words the text of the article; `data-place` has the place that the desk keeps
   * @param {Storage|null} store null if the browser keeps nothing
   * @param {(path: string, body: string) => void} send
   */
  constructor(words, store, send) {
    this.article = words.dataset.article ?? '';
    this.account = words.dataset.place !== undefined;
    this.given = words.dataset.place;
    this.store = store;
    this.send = send;
    this.videos = /** @type {HTMLVideoElement[]} */ ([...words.querySelectorAll('video[src]')]);
    this.sentAt = 0;
    this.last = '';
  }

  /** @param {boolean} asked the reader came with a link that says to continue */
  start(asked) {
    const place = this.place();
    const video = place && this.videos.find((one) => one.getAttribute('src') === place.video);
    if (place && video) this.offer(video, place, asked);
    for (const one of this.videos) {
      one.addEventListener('pause', () => this.keep(one));
      one.addEventListener('timeupdate', ({ timeStamp }) => {
        this.sentAt ||= timeStamp;
        if (one.paused || timeStamp - this.sentAt < EVERY_MS) return;
        this.sentAt = timeStamp;
        this.keep(one);
      });
    }
  }

  /** The page is left, or hidden. */
  leave() {
    for (const one of this.videos) if (!one.paused) this.keep(one);
  }

  /** @returns {Place|undefined} */
  place() {
    const kept = keptPlace(this.store, this.article);
    if (!this.account) return kept;
    // What this browser kept before the reader signed in goes to the account.
    this.store?.removeItem(keyOf(this.article));
    if (this.given) return JSON.parse(this.given);
    if (kept?.length) this.tell(kept);
    return kept;
  }

  /** @param {HTMLVideoElement} video @param {Place} place @param {boolean} asked */
  offer(video, place, asked) {
    if (place.seconds) video.currentTime = place.seconds;
    const said = element('span');
    said.textContent = sentenceOf(place);
    const on = element('button', { type: 'button', class: 'btn primary' });
    on.textContent = t('Continue');
    const note = element('p', { class: 'stopped no-print' }, said, on);
    on.addEventListener('click', () => {
      video.focus();
      void video.play();
    });
    if (place.seconds) {
      const again = element('button', { type: 'button', class: 'btn' });
      again.textContent = t('From the beginning');
      again.addEventListener('click', () => {
        video.currentTime = 0;
        on.click();
      });
      note.append(again);
    }
    video.before(note);
    video.addEventListener('play', () => note.remove(), { once: true });
    if (asked) on.focus();
  }

  /** @param {HTMLVideoElement} video */
  keep(video) {
    if (!Number.isFinite(video.duration)) return;
    const [seconds, length] = [Math.floor(video.currentTime), Math.floor(video.duration)];
    const part = this.videos.indexOf(video) + 1;
    const place = { video: video.getAttribute('src') ?? '', part, parts: this.videos.length, seconds, length };
    const state = JSON.stringify(place);
    if (seconds < FIRST_S || state === this.last) return;
    this.last = state;
    if (this.account) this.tell(place);
    else this.note(place);
  }

  /** @param {Place} place */
  tell({ video, seconds, length }) {
    this.send(`/api/articles/${this.article}/place`, JSON.stringify({ video, seconds, length }));
  }

  /** Keeps a place in the browser. After the end of a part it is the next part. @param {Place} place */
  note(place) {
    const next = this.videos[place.part]?.getAttribute('src');
    if (place.seconds + END_S < place.length) this.put(place);
    else if (next) this.put({ ...place, video: next, part: place.part + 1, seconds: 0, length: 0 });
    else this.store?.removeItem(keyOf(this.article));
  }

  /** @param {Place} place */
  put(place) {
    try {
      this.store?.setItem(keyOf(this.article), JSON.stringify(place));
    } catch {
      // The storage is full: the video plays from its beginning the next time.
    }
  }
}

/** The storage of the browser. @returns {Storage|null} null if the browser refuses it */
export function ofTheBrowser() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Keeps the place in the article of the page, and says where this browser stopped in others. @param {HTMLElement|null} words */
export function startPlaces(words) {
  const store = ofTheBrowser();
  showStopped(document, store);
  if (!words?.dataset.article) return;
  const places = new Places(words, store, (path, body) => {
    // An answer is not awaited: what is not kept now is kept the next time.
    fetch(path, { method: 'PUT', body, keepalive: true, headers: { 'Content-Type': 'application/json' } }).catch(
      () => undefined,
    );
  });
  places.start(location.hash === '#continue');
  addEventListener('pagehide', () => places.leave());
  document.addEventListener('visibilitychange', () => document.hidden && places.leave());
}
