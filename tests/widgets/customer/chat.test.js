import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import { until } from '../client/support/waiting.js';
import '../support/served.js';

const { Chat } = await import('../../../widgets/customer/static/chat.js');
const { DeskError } = await import('../../../widgets/shared/static/client/errors.js');
const { Memory } = await import('../../../widgets/customer/static/memory.js');

const TEAM = { team: 'media', name: 'Media', open: true, staffed: true, products: [], opens_at: null };

/** A desk that is reached, and refuses what is committed. */
class RefusingDesk {
  /** @type {Map<string, (...told: unknown[]) => void>} */
  listeners = new Map();
  token = 'token';
  proof = null;
  hello = null;
  state = { line: 'live' };

  constructor(/** @type {import('../../../widgets/shared/static/client/types.js').Refusal} */ refusal) {
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
}

/** The form, on a page whose frame nobody has opened. @param {Partial<import('../../../widgets/shared/static/client/types.js').Refusal>} [refusal] */
function atForm(refusal) {
  const desk = new RefusingDesk({ code: 'invalid', message: 'No.', ...refusal });
  const around = { desk, host: { framed: true, tell: () => {} }, sounds: { play: () => {} }, zones: {}, words: {}, storage: null, team: null };
  const all = { ...around, memory: new Memory(null), drafts: new Drafts('customer', null) };
  const chat = new Chat(/** @type {ConstructorParameters<typeof Chat>[0]} */ (/** @type {unknown} */ (all)));
  desk.listeners.get('hello')?.({ visitor: 'v', chats: [], teams: [TEAM] });
  /** @type {string[]} */
  const lookedAt = [];
  chat.on('refused', (field) => lookedAt.push(field));
  chat.fill({ text: 'Hello', email: 'elise@exemple' });
  return { chat, lookedAt };
}

for (const [field, sentence] of [['email', 'This is no address.'], ['text', 'This is too long.']]) {
  const refusal = { code: 'invalid', message: `${field}: ${sentence}`, fields: { [field]: sentence } };

  test(`a chat that the desk refuses for its ${field} says so at that field, and leads there`, async () => {
    const { chat, lookedAt } = atForm(refusal);
    chat.submit({ isAddress: true });
    await until(() => chat.wrong !== null);
    assert.deepEqual([chat.wrong, lookedAt], [{ at: 'form', sentence, field }, [field]]);
  });

  test(`a message that the desk refuses for its ${field} says so at that field, and leads there`, async (t) => {
    t.mock.method(globalThis, 'fetch', async () => Response.json({ code: 'invalid', detail: refusal.message, fields: refusal.fields }, { status: 422 }));
    const { chat, lookedAt } = atForm();
    chat.swap();
    chat.submit({ isAddress: true });
    await until(() => chat.wrong !== null);
    assert.deepEqual([chat.wrong, lookedAt], [{ at: 'form', sentence, field }, [field]]);
    assert.equal(chat.view, 'form', 'with what was written in it');
  });
}

test('what no field is at fault for is said above the button', async () => {
  const { chat, lookedAt } = atForm({ code: 'rate_limited', message: 'Too many at once.' });
  chat.submit({ isAddress: true });
  await until(() => chat.wrong !== null);
  assert.deepEqual([chat.wrong, lookedAt], [{ at: 'form', sentence: 'Too many at once.', field: undefined }, []]);
});

test('a rating without a star leads to the stars', async () => {
  const { chat, lookedAt } = atForm();
  await chat.rate(0, 'quick');
  assert.deepEqual([chat.wrongAt('rating'), lookedAt], ['Choose from one to five stars first.', ['score']]);
});
