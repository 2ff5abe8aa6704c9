/** Tabs of one browser, and what a page in one of them hears. */

import { WebSocket } from 'ws';
import { openDesk } from '../../../../widgets/shared/static/client/desk.js';
import { FakeLocks } from './locks.js';
import { MemoryStorage } from './memory_storage.js';

/** @typedef {import('../../../../widgets/shared/static/client/types.js').Durable} Durable */

let browsers = 0;

export class Browser {
  /** @type {Tab[]} */
  tabs = [];

  /** @param {import('./desk_server.js').DeskServer} server @param {{role?: 'customer'|'staff', locks?: boolean}} [options] */
  constructor(server, { role = 'customer', locks = true } = {}) {
    browsers += 1;
    this.server = server;
    this.role = role;
    this.storage = new MemoryStorage();
    this.locks = locks ? new FakeLocks() : null;
    this.scope = `test-${process.pid}-${browsers}`;
  }

  /** @param {Partial<import('../../../../widgets/shared/static/client/types.js').DeskOptions> & {starts?: boolean}} [options] */
  open(options = {}) {
    const tab = new Tab(this, options);
    this.tabs.push(tab);
    return tab;
  }

  close() {
    for (const tab of this.tabs) tab.desk.stop();
  }
}

export class Tab {
  /** @type {Durable[]} */ events = [];
  /** @type {boolean[]} whether each event was a replay */ replays = [];
  /** @type {any[]} */ hellos = [];
  /** @type {any[]} */ resumed = [];
  /** @type {any[]} */ news = [];
  /** @type {any[]} */ errors = [];
  /** @type {string[]} */ resets = [];
  /** @type {string[]} */ lines = [];
  /** How often it signed out. */ forgotten = 0;

  /** @param {Browser} browser @param {Partial<import('../../../../widgets/shared/static/client/types.js').DeskOptions> & {starts?: boolean}} options `starts`: at once */
  constructor(browser, { env, starts = true, ...options }) {
    this.window = new EventTarget();
    this.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    this.desk = openDesk({
      role: browser.role,
      url: browser.server.url(browser.role),
      scope: browser.scope,
      storage: browser.storage,
      ...options,
      env: {
        WebSocket: /** @type {any} */ (WebSocket),
        fetch,
        random: () => 0,
        locks: /** @type {any} */ (browser.locks),
        window: this.window,
        document: this.document,
        ...env,
      },
    });
    this.desk.on('event', (frame, { replay }) => {
      this.events.push(frame);
      this.replays.push(replay);
    });
    this.desk.on('hello', (ok) => this.hellos.push(ok));
    this.desk.on('resumed', (ok) => this.resumed.push(ok));
    this.desk.on('news', (frame) => this.news.push(frame));
    this.desk.on('error', (error) => this.errors.push(error));
    this.desk.on('state', ({ line }) => this.lines.push(line));
    this.desk.on('forgotten', () => {
      this.forgotten += 1;
    });
    this.desk.on('reset', (chat) => {
      this.resets.push(chat);
      this.events = this.events.filter((frame) => frame.chat !== chat);
    });
    if (starts) this.desk.start();
  }

  get live() {
    return this.desk.state.line === 'live';
  }

  /** How often the line was lost so far. */
  get losses() {
    return this.lines.filter((line) => line === 'waiting').length;
  }

  /** @param {string} [chat] @returns {string[]} what is shown of it */
  texts(chat) {
    return this.events
      .filter((frame) => frame.type === 'message' && (!chat || frame.chat === chat))
      .map((frame) => frame.text);
  }

  /** @returns {number[]} */
  get seqs() {
    return this.events.map(({ seq }) => seq);
  }

  /** Where every unsent one stands. */
  get unsent() {
    return this.desk.outbox().map(({ fields, status }) => `${fields.text}: ${status}`);
  }
}
