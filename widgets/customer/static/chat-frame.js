/**
 * The chat's frame on somebody else's page: the part of the loader that a page only needs once somebody reaches for the
 * chat. It imports nothing. A page that stays open during an upgrade passes the state of the earlier loader.
 *
 * @typedef {object} Loader what the page asks for, and what it sees
 * @property {string} desk origin
 * @property {string} script
 * @property {ShadowRoot} root
 * @property {HTMLElement} button
 * @property {'left'|'right'} side
 * @property {MediaQueryList} phone
 * @property {DOMStringMap} data attributes of the script
 * @property {string|undefined} color `rgb` or `rrggbb`
 * @property {string|undefined} locale that the page asks for; undefined: the browser's
 * @property {string} title
 * @property {boolean} open
 * @property {boolean} ready there is something to see in the frame
 * @property {boolean} focus the chat takes the focus once it is there
 * @property {boolean} broke since the click, the desk did not answer
 * @property {boolean} touched since the click, something else on the page was used
 * @property {boolean} back the button says that the chat can be reached again
 * @property {boolean} hidden the page wants neither button nor preview
 * @property {unknown} proof who the customer is: a JWT signed by the page's own server, or a function that gets one
 * @property {boolean} signedOut the frame is still to be told
 * @property {object|null} first what the form is to be filled with
 * @property {Record<string, string>} fields what the page says of the customer, for agents
 * @property {Array<[string, ...unknown[]]>} calls from before page-calls.js was loaded
 * @property {((command: string, rest: unknown[]) => unknown)|null} answer once page-calls.js is loaded
 * @property {((name: string, what?: object) => void)|null} happened once page-calls.js is loaded
 * @property {ChatFrame|null} chat
 * @property {(sentence: string) => void} complain in the browser's console
 * @property {(state?: string) => string|null|undefined} remembered
 * @property {() => void} draw
 * @property {(locale: string) => void} speak
 * @property {(open: boolean, focus: boolean) => void} show
 * @property {() => Promise<void>} reach loads and connects the frame
 * @property {() => void} failed
 * @property {() => void} calm forgets that something failed
 */

/** An error page fires `load` too, and no `ready` before it. */
const ANSWER_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
const PEEK_MAX_PX = 200;
/** Browsers without `navigation` are asked this often where they are, while there is a chat. */
const LOOK_MS = 2_000;
const UNREAD = { en: 'unread', fr: 'à lire', es: 'sin leer' };

/** The loader's key, of all tabs. */
const MEMORY = 'switchboard.chat';

/** @param {string} side */
const css = (side) => `
.over.peek{inset:auto;${side}:var(--x);bottom:calc(var(--y) + 60px);width:min(288px,calc(100vw - 40px));border-radius:16px}
b{position:absolute;top:-6px;right:-4px;box-sizing:border-box;min-width:24px;height:24px;padding:0 6px;border-radius:12px;background:#a3281d;color:#fff;font:600 13px/24px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px Canvas}
i{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}`;

export class ChatFrame {
  /** @type {HTMLIFrameElement|null} */
  #frame = null;
  /** The frame listens. */
  #listens = false;
  #readies = 0;
  /** The frame may connect: somebody has opened the chat, or there is one. */
  #wanted = false;
  /** px: how high what the closed chat shows of a message is. */
  #peek = 0;
  /** How often the desk has answered while its frame had not. */
  #answers = 0;
  /** ms, before the frame is made again. */
  #pause = 1_000;
  #held = false;
  #overflow = '';
  #chatting = false;
  #unseen = 0;
  #at = '';
  /** @type {Promise<import('./page-attention.js').PageAttention|null>|null} */
  #attention = null;

  #dot = document.createElement('b');
  #count = document.createTextNode('');
  #unit = document.createElement('i');

  /** @param {Loader} loader */
  constructor(loader) {
    this.loader = loader;
    loader.chat = this;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css(loader.side));
    loader.root.adoptedStyleSheets.push(sheet);
    this.#dot.hidden = true;
    this.#dot.append(this.#count, this.#unit);
    loader.button.append(this.#dot);
    const view = window.visualViewport;
    for (const moved of ['resize', 'scroll']) view?.addEventListener(moved, () => this.draw());
    addEventListener('message', (event) => this.#heard(event));
    const { navigation } = /** @type {Window & {navigation?: EventTarget}} */ (window);
    if (navigation) navigation.addEventListener('currententrychange', () => this.#moved());
    else setInterval(() => this.#chatting && this.#moved(), LOOK_MS);
  }

  /** Loads the frame, which does not connect yet. */
  warm() {
    if (!this.#frame) this.#make();
  }

  /** Lets the frame connect. */
  connect() {
    const waits = this.#listens && !this.#wanted;
    this.#wanted = true;
    this.warm();
    if (waits) this.#greet();
  }

  /** The chat is open now, or closed. */
  shown() {
    this.#peek = 0;
    const { open, focus, ready } = this.loader;
    if (open) this.connect();
    this.draw();
    this.tell(open ? 'open' : 'small', { focus });
    if (open && focus && ready) this.#frame?.focus();
  }

  /** Tries now, not after the pause. */
  again() {
    if (!this.loader.ready) this.remake();
  }

  /** Loads the frame anew: in another language, or because it did not come. */
  remake() {
    if (!this.#frame) return;
    this.#drop();
    this.#make();
    this.loader.draw();
  }

  draw() {
    const { open, ready, hidden, phone } = this.loader;
    const seen = open && ready;
    const peek = open || hidden ? 0 : this.#peek;
    const frame = this.#frame;
    const view = window.visualViewport;
    if (frame) {
      frame.hidden = !seen && !peek;
      frame.className = peek ? 'over box peek' : 'over box';
      // A phone's keyboard lies over the page, or pushes it up: the frame is what can be seen, unless somebody has zoomed in.
      const fits = seen && phone.matches && view && view.scale < 1.01;
      frame.style.cssText = peek ? `height:${peek}px` : fits ? `height:${view.height}px;top:${view.offsetTop}px` : '';
    }
    const language = (this.loader.locale || navigator.language).slice(0, 2).toLowerCase();
    this.#unit.textContent = ` ${UNREAD[/** @type {'en'} */ (language)] ?? UNREAD.en}`;
    this.#holdPage(open && phone.matches);
  }

  /** @param {string} type @param {object} fields @returns {boolean} false if nobody listens yet */
  tell(type, fields) {
    if (!this.#listens || !this.#wanted) return false;
    this.#frame?.contentWindow?.postMessage({ switchboard: type, ...fields }, this.loader.desk);
    return true;
  }

  async identify() {
    const { proof } = this.loader;
    const token = typeof proof === 'function' ? await proof() : proof;
    // Also without an identity: the chat may be waiting for it.
    this.tell('identify', { token });
  }

  fill() {
    if (this.loader.first && this.tell('fill', this.loader.first)) this.loader.first = null;
  }

  /** Ends the visitor's token: the frame does all the storing. */
  signOut() {
    if (this.tell('signOut', {})) this.loader.signedOut = false;
    else this.connect();
  }

  /** @param {boolean} hold */
  #holdPage(hold) {
    const { style } = document.documentElement;
    if (hold === this.#held) return;
    if (hold) {
      this.#overflow = style.overflow;
      style.overflow = 'hidden';
    } else style.overflow = this.#overflow;
    this.#held = hold;
  }

  #make() {
    const { desk, data, locale, title, root } = this.loader;
    const color = this.loader.color?.replace(/^...$/, (three) => three.replace(/./g, '$&$&'));
    const frame = document.createElement('iframe');
    this.#frame = frame;
    frame.title = title;
    // For the buttons that copy a text or a number.
    frame.allow = 'clipboard-write';
    const asked = new URLSearchParams({ host: location.origin });
    for (const [name, value] of Object.entries({ team: data.team, locale, color, theme: data.theme }))
      if (value) asked.set(name, value);
    frame.src = `${desk}/widget?${asked}`;
    this.draw();
    root.append(frame);
    // The desk's pages have sent `ready` by then, each time.
    let loads = 0;
    this.#readies = 0;
    frame.addEventListener('load', () => {
      loads += 1;
      setTimeout(() => frame === this.#frame && this.#readies < loads && this.#unreachable(), ANSWER_MS);
    });
  }

  #drop() {
    this.#frame?.remove();
    this.#frame = null;
    this.#listens = false;
    this.loader.ready = false;
  }

  #unreachable() {
    const { loader } = this;
    // Who only pointed at the button tries again by themselves.
    if (!this.#wanted) return this.#drop();
    // A desk that is away comes back, perhaps just now. One that answers but may not be framed here never will.
    if (this.#answers < 2)
      fetch(loader.script, { mode: 'no-cors', cache: 'no-store' }).then(
        () => {
          if (this.#answers)
            loader.complain(`to show the chat, add ${location.origin} to the desk's SWITCHBOARD_WIDGET_ORIGINS`);
          this.#answers += 1;
        },
        () => {},
      );
    this.#drop();
    loader.failed();
    setTimeout(() => {
      this.warm();
      loader.draw();
    }, this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  /** @param {MessageEvent} event */
  #heard({ origin, source, data }) {
    const { loader } = this;
    if (origin !== loader.desk || !this.#frame || source !== this.#frame.contentWindow || !data) return;
    /** @type {Record<string, () => void>} */
    const meanings = {
      ready: () => this.#ready(),
      identify: () => typeof loader.proof === 'function' && this.identify(),
      wrong: () => loader.complain(data.what),
      reload: () => location.reload(),
      minimise: () => loader.show(false, true),
      open: () => loader.show(true, true),
      peek: () => {
        this.#peek = Math.min(data.height, PEEK_MAX_PX) || 0;
        loader.draw();
      },
      news: () => {
        this.#known(Boolean(data.known));
        this.#news(Number(data.unread) || 0, Boolean(data.chat), Boolean(data.inside));
        this.#attention?.then((part) => part?.count(this.#unseen));
      },
    };
    if (Object.hasOwn(meanings, data.switchboard)) meanings[data.switchboard]();
    else this.#draws(data);
  }

  /** For a page that nobody looks at. @param {Record<string, unknown>} data */
  async #draws(data) {
    this.#attention ??= import(`${this.loader.desk}/page-attention.js`).then(
      ({ PageAttention }) => new PageAttention(this.loader),
      () => (this.#attention = null),
    );
    (await this.#attention)?.heard(data, this.#unseen);
  }

  #ready() {
    this.#listens = true;
    this.#readies += 1;
    this.#pause = 1_000;
    this.#arrived();
    if (this.#wanted) this.#greet();
    else this.#frame?.contentWindow?.postMessage({ switchboard: 'hold' }, this.loader.desk);
  }

  #arrived() {
    const { loader } = this;
    // Somebody who went on with something else is not interrupted: the button says that the chat is back.
    const missed = loader.open && loader.broke && loader.touched;
    if (missed) loader.show(false, false);
    loader.back ||= missed;
    loader.ready = true;
    loader.calm();
    loader.draw();
  }

  /** What the frame waits for before it connects. */
  #greet() {
    const { loader } = this;
    const focus = loader.open && loader.focus && !loader.touched;
    // In a separate task, because it waits for the layout.
    if (focus) setTimeout(() => this.#frame?.focus());
    if (loader.signedOut) this.signOut();
    this.identify();
    this.#at = '';
    this.tell('fields', { fields: loader.fields });
    this.#moved();
    this.fill();
    this.tell(loader.open ? 'open' : 'small', { focus });
  }

  /** Tells the frame where the customer is. */
  #moved() {
    const page = location.origin + location.pathname;
    if (page !== this.#at && this.tell('page', { page, referrer: document.referrer || undefined })) this.#at = page;
  }

  /** Other tabs, and later pages, load the frame too. @param {boolean} known this browser has a conversation */
  #known(known) {
    try {
      if (known) localStorage.setItem(MEMORY, 'small');
      else localStorage.removeItem(MEMORY);
    } catch {
      // Blocked: each tab knows its own.
    }
  }

  /** @param {number} unread @param {boolean} chat @param {boolean} inside a conversation is shown */
  #news(unread, chat, inside) {
    const { loader } = this;
    this.#dot.hidden = !unread;
    this.#count.data = unread > 9 ? '9+' : String(unread);
    loader.remembered(inside ? (loader.open ? 'open' : 'small') : '');
    if (unread !== this.#unseen) loader.happened?.('unread', { count: unread });
    if (chat !== this.#chatting) loader.happened?.(chat ? 'start' : 'end');
    this.#unseen = unread;
    this.#chatting = chat;
  }
}
