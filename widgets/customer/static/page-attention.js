/**
 * How a page that nobody looks at draws attention to its chat: in its title, and by a notification of the system where
 * the customer has asked for one. The part of the loader that is loaded with the first thing to tell. It imports nothing.
 *
 * @typedef {import('./chat-frame.js').Loader} Loader
 * @typedef {'default'|'granted'|'denied'|''} Permission of notifications; empty where there are none
 */

export class PageAttention {
  /** The page's own title. */
  #own = '';
  #ours = '';
  #unread = 0;
  #says = '';

  /** @param {Loader} loader */
  constructor(loader) {
    this.loader = loader;
    this.titled = loader.data.title !== 'off';
    document.addEventListener('visibilitychange', () => this.#draw());
  }

  /** What is unread, from now on. @param {number} unread */
  count(unread) {
    this.#unread = unread;
    this.#draw();
  }

  /** What the frame has to tell. @param {Record<string, unknown>} data @param {number} unread */
  async heard(data, unread) {
    this.#unread = unread;
    if (data.switchboard === 'title') {
      // Who wrote, in the customer's language.
      this.#says = String(data.says ?? '').slice(0, 100);
      this.#draw();
    } else if (data.switchboard === 'joined') this.#notify(String(data.says), String(data.where));
    // Browsers ask only while the press that leads here is fresh.
    else this.loader.chat?.tell('notices', { may: data.ask ? await this.#ask() : this.#may });
  }

  /** @returns {Permission} */
  get #may() {
    // Phones take notifications from service workers only, which are the page's own.
    const none =
      this.loader.data.notices === 'off' || !('Notification' in window) || /Android/.test(navigator.userAgent);
    return none ? '' : Notification.permission;
  }

  /** @returns {Promise<Permission>} */
  #ask() {
    return this.#may ? Notification.requestPermission() : Promise.resolve('');
  }

  /** @param {string} title @param {string} body */
  #notify(title, body) {
    if (this.#may !== 'granted') return;
    // Of all tabs with the chat, one is shown.
    const notice = new Notification(title.slice(0, 100), { body: body.slice(0, 100), tag: 'switchboard' });
    notice.addEventListener('click', () => {
      notice.close();
      window.focus();
      this.loader.show(true, true);
    });
  }

  #draw() {
    if (!this.titled) return;
    const wanted = this.#unread && this.#says ? `(${this.#unread > 9 ? '9+' : this.#unread}) ${this.#says}` : '';
    // The page may have changed its title meanwhile: then that is its own.
    if (document.title !== this.#ours) this.#own = document.title;
    const ours = document.hidden ? wanted : '';
    if (ours !== this.#ours && (ours || document.title === this.#ours)) document.title = ours || this.#own;
    this.#ours = ours && document.title;
  }
}
