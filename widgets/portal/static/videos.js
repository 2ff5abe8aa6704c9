/**
 * Videos of other hosts in an article: nothing is requested from a host until the reader loads a video from it. The
 * choice holds for all videos of the host, until the browser tab is closed. Without scripts they are links.
 */

import { element } from '../shared/dom.js';
import { t } from '../shared/words.js';

const KEPT = 'switchboard.players';

/** The origins from which the reader has loaded a video in this tab. @param {Storage|null} store @returns {string[]} */
const chosen = (store) => store?.getItem(KEPT)?.split(' ') ?? [];

/** @param {HTMLAnchorElement} link */
const originOf = (link) => new URL(link.dataset.player ?? '', location.href).origin;

export class Videos {
  /**
   * @param {HTMLElement} words the text of the article; its `data-players` has the origins that the desk allows
   * @param {Storage|null} store null if the browser keeps nothing
   */
  constructor(words, store) {
    this.words = words;
    this.store = store;
  }

  start() {
    const allowed = (this.words.dataset.players ?? '').split(' ');
    const before = chosen(this.store);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.words.querySelectorAll('a[data-player]'))) {
      const origin = originOf(link);
      if (!allowed.includes(origin)) continue;
      const card = this.card(link);
      link.replaceWith(card);
      if (before.includes(origin)) this.play(card);
    }
  }

  /** @param {HTMLAnchorElement} link @returns {HTMLElement} */
  card(link) {
    const host = link.querySelector('em')?.textContent ?? '';
    const title = (link.firstChild?.textContent ?? '').trim();
    const button = element('button', { type: 'button' });
    const name = element('b');
    const says = element('span');
    name.textContent = title;
    says.textContent = t('Load the video from {host}', { host });
    button.append(name, says);
    button.addEventListener('click', () => this.load(card));
    const note = element('small');
    note.textContent = t('{host} then learns which video you watch.', { host });
    const data = { 'data-player': link.dataset.player ?? '', 'data-name': title };
    const page = element('a', { href: link.href });
    page.textContent = host;
    const card = element('span', { class: 'elsewhere', ...data }, button, note, page);
    return card;
  }

  /** Plays the video of a card, and shows the players of all other cards of its host. @param {HTMLElement} card */
  load(card) {
    const { origin } = new URL(card.dataset.player ?? '');
    this.store?.setItem(KEPT, [...new Set([...chosen(this.store), origin])].join(' '));
    const frame = this.play(card);
    for (const other of /** @type {NodeListOf<HTMLElement>} */ (this.words.querySelectorAll('.elsewhere')))
      if (new URL(other.dataset.player ?? '').origin === origin) this.play(other);
    frame?.focus();
  }

  /** @param {HTMLElement} card @returns {HTMLIFrameElement|undefined} undefined if the player is there already */
  play(card) {
    const button = card.querySelector('button');
    if (!button) return undefined;
    const frame = element('iframe', {
      src: card.dataset.player ?? '',
      title: card.dataset.name ?? '',
      loading: 'lazy',
      allow: 'fullscreen; picture-in-picture',
      sandbox: 'allow-scripts allow-same-origin allow-presentation allow-popups',
      referrerpolicy: 'strict-origin-when-cross-origin',
    });
    card.querySelector('small')?.remove();
    button.replaceWith(frame);
    return frame;
  }
}

/** The storage of the tab. @returns {Storage|null} null if the browser refuses it */
export function ofTheTab() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
