/**
 * Messages between the frame and the page around it. The frame's address has the page's origin (`?host=`); the frame
 * only sends to and listens to that one. `frame-ancestors` keeps out pages that may not embed the frame.
 *
 * @typedef {{page?: string, referrer?: string}} At
 */

const WAIT_MS = 1_000;

export class Host {
  /** @type {Map<string, (data: Record<string, any>) => void>} */
  #heard = new Map();
  /** What the page says of the customer, for agents. @type {Record<string, string>} */
  fields = {};
  /** The page says something else. */
  changed = () => {};

  /** @param {Window} window */
  constructor(window) {
    this.window = window;
    this.origin = new URLSearchParams(window.location.search).get('host');
    this.framed = window.parent !== window && Boolean(this.origin);
    this.#heard.set('fields', ({ fields }) => {
      this.fields = textsOf(fields);
      this.changed();
    });
    window.addEventListener('message', (event) => {
      if (!this.framed || event.source !== window.parent || event.origin !== this.origin) return;
      this.#heard.get(event.data?.switchboard)?.(event.data);
    });
  }

  /** The name of the site around the frame, as people know it. @returns {string|null} */
  get site() {
    return this.framed && this.origin && URL.canParse(this.origin) ? new URL(this.origin).hostname : null;
  }

  /** @param {'open'|'small'|'identify'|'challenge'|'signOut'|'fill'|'notices'} name @param {(data: Record<string, any>) => void} fn */
  on(name, fn) {
    this.#heard.set(name, fn);
  }

  /** @param {'ready'|'open'|'minimise'|'peek'|'news'|'title'|'identify'|'wrong'|'reload'|'notices'|'joined'} name */
  tell(name, fields = {}) {
    if (this.framed && this.origin) this.window.parent.postMessage({ switchboard: name, ...fields }, this.origin);
  }

  /**
   * Page and referrer of the customer, from the page around; empty if it does not answer in time. A page that loads the
   * frame ahead says so (`hold`), and answers once somebody opens the chat.
   * @param {(at: At) => void} [moved] where the customer is now
   * @returns {Promise<At>}
   */
  page(moved = () => {}) {
    if (!this.framed) return Promise.resolve({});
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve({}), WAIT_MS);
      this.#heard.set('hold', () => clearTimeout(late));
      this.#heard.set('page', ({ page, referrer }) => {
        clearTimeout(late);
        const at = { page: address(page), referrer: address(referrer) };
        resolve(at);
        moved(at);
      });
      this.tell('ready');
    });
  }
}

/** The texts that a chat can begin with: 20, each with a name. @param {unknown} fields @returns {Record<string, string>} */
function textsOf(fields) {
  const texts = Object.entries(fields ?? {}).filter(([name, text]) => name && typeof text === 'string');
  return Object.fromEntries(texts.slice(0, 20).map(([name, text]) => [name.slice(0, 100), text.slice(0, 500)]));
}

/** An address without query and fragment; undefined if it is not a web address. @param {unknown} text */
export function address(text) {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return ['http:', 'https:'].includes(url.protocol) ? (url.origin + url.pathname).slice(0, 2_000) : undefined;
}
