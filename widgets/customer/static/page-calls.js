/**
 * What a page asks of the chat by `Switchboard(…)`, and what is wrong with the attributes of its script: the part of the
 * loader that is only loaded by pages that have one or the other. It imports nothing. Its types are in widget.d.ts.
 *
 * @typedef {import('./chat-frame.js').Loader} Loader
 */

const SPOKEN = /^(en|fr|es)\b/i;
/** What an attribute may be. @type {Record<string, [RegExp, string]>} */
const ATTRIBUTES = {
  color: [/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i, 'a color like #0a6e8a'],
  position: [/^(left|right)$/, 'left or right'],
  locale: [SPOKEN, 'en, fr or es'],
  theme: [/^(light|dark|auto)$/, 'light, dark or auto'],
  button: [/^none$/, 'none'],
  title: [/^off$/, 'off'],
  notices: [/^off$/, 'off'],
  offset: [/^\d{1,3}( \d{1,3})?$/, 'one or two numbers: pixels from below, then from the side'],
  contact: [/^(https:|mailto:|tel:)./, 'a link that begins with https:, mailto: or tel:'],
};
/** Attributes that frameworks, proxies and consent tools add to any script. */
const OTHERS = /^(team|nscript|nHead|turbo|astro|cf|rocket|cookie|categor|consent|usercentrics)/;
const FIELDS_MAX = 20;
const NAME_MAX = 100;
const TEXT_MAX = 500;
const FIRST = /^(team|product|text|name|email)$/;

export class PageCalls {
  /** @type {Record<string, Set<Function>>} */
  #listeners = { open: new Set(), close: new Set(), unread: new Set(), start: new Set(), end: new Set() };
  /** @type {Record<string, (first: any, second: Function) => unknown>} */
  #commands = {
    start: (first) => this.#start(first),
    identify: (who) => this.#identify(who),
    challenge: (token) => void this.loader.chat?.tell('challenge', { token }),
    signOut: () => this.#signOut(),
    set: (what) => this.#set(what),
    locale: (locale) => this.#speak(locale),
    on: (name, listener) => this.#on(name, listener),
  };

  /** Makes the calls that waited. @param {Loader} loader */
  constructor(loader) {
    this.loader = loader;
    this.#complain();
    loader.answer = (command, rest) => this.#answer(command, rest);
    loader.happened = (name, what) => this.#happened(name, what);
    // Nobody is there to catch what these throw.
    for (const [command, ...rest] of loader.calls.splice(0)) reported(() => this.#answer(command, rest));
    if (loader.open) this.#happened('open');
  }

  /** @param {string} command @param {unknown[]} rest */
  #answer(command, [first, second]) {
    // What ends a listener that was added before this part was loaded.
    if (command === 'off')
      return this.#listeners[/** @type {string} */ (first)]?.delete(/** @type {Function} */ (second));
    if (!Object.hasOwn(this.#commands, command))
      throw new TypeError(
        `Switchboard('${command}'): use one of open, close, show, hide, ${Object.keys(this.#commands).join(', ')}`,
      );
    return this.#commands[command](first, /** @type {Function} */ (second));
  }

  #complain() {
    const { data, complain } = this.loader;
    for (const [name, [fine, wanted]] of Object.entries(ATTRIBUTES))
      if (data[name] && !fine.test(data[name])) complain(`data-${name}="${data[name]}" is not ${wanted}`);
    for (const name of Object.keys(data))
      if (!Object.hasOwn(ATTRIBUTES, name) && !OTHERS.test(name))
        complain(
          `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is ignored. Use data-team or data-${Object.keys(ATTRIBUTES).join(', data-')}`,
        );
  }

  /** @param {object} [wanted] */
  #start(wanted) {
    for (const [key, value] of Object.entries(wanted ?? {})) {
      if (!FIRST.test(key) || typeof (value ?? '') !== 'string')
        throw new TypeError(`Switchboard('start', { ${key} }): use one of team, product, text, name, email: strings`);
    }
    this.loader.first = { ...wanted };
    this.loader.show(true, true);
    this.loader.chat?.fill();
  }

  /** @param {{token?: unknown}} [who] */
  #identify(who) {
    if (!who?.token) throw new TypeError("Switchboard('identify', { token }): give a JWT or a function");
    this.loader.proof = who.token;
    this.loader.chat?.identify();
  }

  #signOut() {
    Object.assign(this.loader, { proof: null, signedOut: true });
    if (this.loader.chat) this.loader.chat.signOut();
    else this.loader.reach();
  }

  /** @param {{fields?: Record<string, unknown>}} [what] */
  #set(what) {
    const fields = { ...this.loader.fields };
    for (const [name, value] of Object.entries(what?.fields ?? { '': 0 })) {
      const fine = ['string', 'number', 'boolean'].includes(typeof value) || value === null;
      if (!name || name.length > NAME_MAX || !fine || String(value).length > TEXT_MAX)
        throw new TypeError(
          `Switchboard('set', { fields: { ${name} } }): give texts of ${TEXT_MAX} characters, with names of ${NAME_MAX}; null takes one away`,
        );
      if (value === null) delete fields[name];
      else fields[name] = String(value);
    }
    if (Object.keys(fields).length > FIELDS_MAX)
      throw new TypeError(`Switchboard('set', { fields }): give at most ${FIELDS_MAX}`);
    this.loader.fields = fields;
    this.loader.chat?.tell('fields', { fields });
  }

  /** @param {string} locale */
  #speak(locale) {
    if (!SPOKEN.test(locale)) throw new TypeError(`Switchboard('locale', '${locale}'): use one of en, fr, es`);
    this.loader.speak(locale);
    this.loader.draw();
    this.loader.chat?.remake();
  }

  /** @param {string} name @param {Function} listener */
  #on(name, listener) {
    if (typeof listener !== 'function') throw new TypeError(`Switchboard('on', '${name}', function): give a function`);
    if (!Object.hasOwn(this.#listeners, name))
      throw new TypeError(`Switchboard('on', name, function): use one of ${Object.keys(this.#listeners).join(', ')}`);
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  /** @param {string} name */
  #happened(name, what = {}) {
    for (const listener of this.#listeners[name]) reported(() => listener(what));
  }
}

/** @param {() => unknown} act */
function reported(act) {
  try {
    act();
  } catch (error) {
    reportError(error);
  }
}
