/**
 * A picture of the conversation, large: dark in both themes, with the pictures before and after it. Loaded with the first
 * click on one. What it shares with the page is passed to it, because a chunk that imports it would divide the chunks of
 * the first load.
 *
 * @import { Template } from './parts.js'
 * @import { File } from './story.js'
 * @import { Tools } from './message.js'
 * @typedef {{file: File, by: string, at: string, show: (image: HTMLImageElement) => void, download?: ((file: File) => void)|null}} Picture
 *   `by`: the sender's name; `show`: gives the image its address, and may be asked again; `download`: for readers whose browser has no session
 *   that the file's address would do for
 * @typedef {HTMLElement & {picture?: Picture}} Thumbnail
 */

const SIZES = [1, 1.5, 2, 3, 4];
/** A conversation that is drawn anew is there again by then. */
const REDRAWN_MS = 300;
const CSS = `
.lb{inline-size:100%;block-size:100%;max-inline-size:none;max-block-size:none;margin:0;padding:0;border:0;color-scheme:dark;background:var(--canvas);color:var(--ink)}
.lb[open]{display:flex;flex-direction:column}
.lb :is(header,footer){display:flex;align-items:center;gap:var(--s-4);flex:none;min-block-size:3.5rem;padding-inline:var(--s-16) var(--s-6)}
.lb .titles{flex:1;min-inline-size:0;font-size:var(--text-sm)}
.lb .titles b{display:block;font-weight:var(--w-medium)}
.lb .titles p{color:var(--ink-3)}
.lb .icon-btn{inline-size:2.75rem;block-size:2.75rem;color:var(--ink-2);font-size:1.25rem}
.lb .stage{display:grid;flex:1;place-items:safe center;min-block-size:0;padding:var(--s-8);overflow:auto}
.lb .stage img{min-inline-size:0;max-inline-size:100%;max-block-size:100%;border-radius:var(--r-4)}
.lb .stage img:not([src]){visibility:hidden}
.lb footer{justify-content:space-between;padding-inline:var(--s-6)}
.lb .z{display:flex;align-items:center;color:var(--ink-2)}
.lb .z .num{min-inline-size:7rem;font-size:var(--text-sm);text-align:center}
.lb .back{display:grid;rotate:90deg}
.lb .on{display:grid;rotate:-90deg}`;

/** @param {Tools} tools @param {Thumbnail} thumbnail that was pressed; it has the focus again afterwards */
export function openLightbox(tools, thumbnail) {
  dress();
  new Lightbox(
    tools,
    thumbnails().filter((one) => one === thumbnail || (one.picture && one.checkVisibility())),
    thumbnail,
  );
}

const thumbnails = () => [.../** @type {NodeListOf<Thumbnail>} */ (document.querySelectorAll('.file[aria-haspopup]'))];

/** @param {File} file */
const save = ({ url, name }) => Object.assign(document.createElement('a'), { href: url, download: name }).click();

let dressed = false;
/** Styles that no page needs before. */
function dress() {
  if (dressed) return;
  dressed = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  document.adoptedStyleSheets.push(sheet);
}

class Lightbox {
  #dialog = document.createElement('dialog');
  #size = 0;
  /** @type {HTMLImageElement|null} */
  #image = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #soon;
  #watched = new MutationObserver(() => this.#missed());

  /** @param {Tools} tools @param {Thumbnail[]} thumbnails @param {Thumbnail} at */
  constructor(tools, thumbnails, at) {
    this.tools = tools;
    this.#dialog.className = 'lb';
    this.thumbnails = thumbnails;
    this.at = thumbnails.indexOf(at);
    this.#dialog.addEventListener('keydown', this.#key);
    // The scroller takes the focus where the thumbnail is gone.
    const around = at.closest('[tabindex]');
    this.#dialog.addEventListener('close', () => {
      this.#watched.disconnect();
      clearTimeout(this.#soon);
      this.#dialog.remove();
      const thumbnail = this.thumbnails[this.at];
      if (thumbnail?.isConnected) thumbnail.focus();
      else if (around instanceof HTMLElement) around.focus();
    });
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#watched.observe(document.body, { childList: true, subtree: true });
    this.#load();
  }

  get #picture() {
    return /** @type {Picture} */ (this.thumbnails[this.at].picture);
  }

  #missed() {
    clearTimeout(this.#soon);
    if (!this.thumbnails.every((one) => one.isConnected)) this.#soon = setTimeout(() => this.#sort(), REDRAWN_MS);
  }

  /** Pictures may have been drawn anew, or removed while they are looked at. */
  #sort() {
    const shown = this.#picture.file.id;
    const there = new Map(thumbnails().flatMap((one) => (one.picture ? [[one.picture.file.id, one]] : [])));
    this.thumbnails = this.thumbnails.flatMap((one) => there.get(one.picture?.file.id ?? '') ?? []);
    this.at = this.thumbnails.findIndex(({ picture }) => picture?.file.id === shown);
    if (this.at >= 0) return this.#draw();
    // The event of closing comes later: nothing may look for the picture until then.
    this.#watched.disconnect();
    this.#dialog.close();
  }

  /** @param {number} by */
  #go(by) {
    const to = this.at + by;
    if (!this.thumbnails[to]) return;
    this.at = to;
    this.#load();
  }

  /** @param {number} by */
  #zoom(by) {
    this.#size = Math.min(Math.max(this.#size + by, 0), SIZES.length - 1);
    const size = SIZES[this.#size];
    if (this.#image)
      this.#image.style.cssText =
        size === 1 ? '' : `max-inline-size:none;max-block-size:none;inline-size:${size * 100}%`;
    this.#draw();
  }

  #key = (/** @type {KeyboardEvent} */ event) => {
    // The page around has keys of its own. Escape closes a dialog by itself.
    event.stopPropagation();
    if (!this.#dialog.open) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => this.#go(-1),
      ArrowRight: () => this.#go(1),
      '+': () => this.#zoom(1),
      '=': () => this.#zoom(1),
      '-': () => this.#zoom(-1),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  };

  #draw() {
    const { html, nothing, render, t, icon, bytes, stamp } = this.tools;
    const { file, by, at, download } = this.#picture;
    const button = this.#button;
    this.#dialog.ariaLabel = file.name;
    const { length } = this.thumbnails;
    const alone = length === 1;
    const place = t('{at} of {count}, {percent}%', {
      at: this.at + 1,
      count: length,
      percent: SIZES[this.#size] * 100,
    });
    render(
      html`<header><div class="titles"><b class="cut" dir="auto">${file.name}</b><p class="cut">${by}, ${stamp(at, Date.now())}, ${bytes(file.size)}</p></div>
        ${button(t('Download {name}', { name: file.name }), icon('arrow-down', 'lg'), () => (download ?? save)(file))}
        ${button(t('Close the picture'), icon('x', 'lg'), () => this.#dialog.close())}</header>
      <div class="stage" tabindex=${this.#size ? 0 : nothing}>${this.#image}</div>
      <footer>${alone ? html`<span></span>` : button(t('Previous picture'), html`<span class="back">${icon('chevron-down', 'lg')}</span>`, () => this.#go(-1), this.at === 0)}
        <span class="z">${button(t('Smaller'), '−', () => this.#zoom(-1), this.#size === 0)}<span class="num" role="status">${place}</span>${button(t('Larger'), '+', () => this.#zoom(1), this.#size === SIZES.length - 1)}</span>
        ${alone ? html`<span></span>` : button(t('Next picture'), html`<span class="on">${icon('chevron-down', 'lg')}</span>`, () => this.#go(1), this.at === length - 1)}</footer>`,
      this.#dialog,
    );
  }

  /** The picture at `at`, as an element of its own. */
  #load() {
    const { t } = this.tools;
    const { file, by, show } = this.#picture;
    const image = document.createElement('img');
    image.alt = t('{name}, from {sender}', { name: file.name, sender: by });
    image.addEventListener('error', () => {
      image.replaceWith(t('This picture can’t be shown.'));
    });
    this.#image = image;
    this.#size = 0;
    this.#draw();
    // It is only fetched once it is in the page.
    show(image);
  }

  /** @param {string} name @param {Template|string} inside @param {() => void} act @param {boolean} [off] */
  #button = (name, inside, act, off = false) =>
    this.tools
      .html`<button type="button" class="icon-btn" aria-label=${name} title=${name} ?disabled=${off} @click=${act}>${inside}</button>`;
}
