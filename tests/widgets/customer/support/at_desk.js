import { Drafts } from '../../../../widgets/shared/static/drafts.js';
import '../../support/served.js';
import { Browser } from '../../client/support/browser.js';
import { DeskServer } from '../../client/support/desk_server.js';

const { Chat } = await import('../../../../widgets/customer/static/chat.js');
const { Memory } = await import('../../../../widgets/customer/static/memory.js');

/** Customers whose chats go over real lines to a small desk. */
export class AtDesk {
  /** @type {Browser[]} */
  browsers = [];

  static async open() {
    const at = new AtDesk();
    at.server = await DeskServer.open();
    at.server.teams = [{ team: 'media', name: 'Media', open: true, staffed: true, products: [], opens_at: null }];
    return at;
  }

  server = /** @type {DeskServer} */ (/** @type {unknown} */ (null));

  async close() {
    for (const browser of this.browsers) browser.close();
    await this.server.close();
  }

  browser() {
    const browser = new Browser(this.server);
    this.browsers.push(browser);
    return browser;
  }

  /** A page of this browser. @param {Browser} browser */
  page(browser) {
    const { desk } = browser.open({ held: true });
    const storage = /** @type {Storage} */ (/** @type {unknown} */ (browser.storage));
    const around = {
      desk,
      host: { framed: true, tell: () => {}, fields: {} },
      sounds: { play: () => {} },
      zones: {},
      words: {},
      storage,
      team: null,
    };
    const chat = new Chat(
      /** @type {ConstructorParameters<typeof Chat>[0]} */ (
        /** @type {unknown} */ ({ ...around, memory: new Memory(storage), drafts: new Drafts('customer', storage) })
      ),
    );
    desk.tell();
    chat.beginning.resumeStart();
    return chat;
  }
}
