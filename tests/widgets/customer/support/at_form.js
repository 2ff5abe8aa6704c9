import { Drafts } from '../../../../widgets/shared/static/drafts.js';
import '../../support/served.js';

const { Chat } = await import('../../../../widgets/customer/static/chat.js');
const { DeskError } = await import('../../../../widgets/shared/static/client/errors.js');
const { Memory } = await import('../../../../widgets/customer/static/memory.js');

const TEAM = { team: 'media', name: 'Media', open: true, staffed: true, products: [], opens_at: null };

/** A desk that is reached, and refuses what is committed. */
class RefusingDesk {
  /** @type {Map<string, (...told: unknown[]) => void>} */
  listeners = new Map();
  customer = { token: 'token', guest: false, proof: null };
  tickets = { all: [], unread: 0, get: () => null };
  hello = { visitor: 'v' };
  state = { line: 'live' };

  constructor(/** @type {import('../../../../widgets/shared/static/client/types.js').Refusal} */ refusal) {
    this.refusal = refusal;
  }

  on(/** @type {string} */ name, /** @type {(...told: unknown[]) => void} */ listener) {
    this.listeners.set(name, listener);
  }

  commit() {
    return { id: 'x', done: Promise.reject(new DeskError(this.refusal)) };
  }

  outbox() {
    return [];
  }

  discard() {}
}

/** The form, on a page whose frame nobody has opened. @param {Partial<import('../../../../widgets/shared/static/client/types.js').Refusal>} [refusal] */
export function atForm(refusal) {
  const desk = new RefusingDesk({ code: 'invalid', message: 'No.', ...refusal });
  const around = {
    desk,
    host: { framed: true, tell: () => {}, fields: {} },
    sounds: { play: () => {} },
    zones: {},
    words: {},
    storage: null,
    team: null,
  };
  const all = { ...around, memory: new Memory(null), drafts: new Drafts('customer', null) };
  const chat = new Chat(/** @type {ConstructorParameters<typeof Chat>[0]} */ (/** @type {unknown} */ (all)));
  desk.listeners.get('hello')?.({ visitor: 'v', chats: [], teams: [TEAM] });
  /** @type {string[]} */
  const lookedAt = [];
  chat.on('refused', (field) => lookedAt.push(field));
  chat.beginning.fill({ text: 'Hello', email: 'elise@exemple' });
  return { chat, lookedAt };
}
