import assert from 'node:assert/strict';
import test from 'node:test';
import { Memory } from '../../../widgets/customer/static/memory.js';
import '../support/served.js';

const { SiteFields } = await import('../../../widgets/customer/static/site-fields.js');

/** A tab of a browser. @param {Memory} memory of the browser */
function tab(memory = new Memory(null)) {
  /** @type {object[]} */
  const sent = [];
  /** @type {Record<string, () => void>} */
  const heard = {};
  const chat = {
    memory,
    visit: { phase: 'form', chat: /** @type {string|null} */ (null), lastSeq: 0 },
    host: { fields: /** @type {Record<string, string>} */ ({}), changed: () => {} },
    desk: {
      state: { line: 'live' },
      commit: (/** @type {string} */ type, /** @type {object} */ fields) => {
        sent.push({ type, ...fields });
        return { id: 'x', done: Promise.reject(new Error('refused')) };
      },
      discard: () => {},
    },
    on: (/** @type {string} */ name, /** @type {() => void} */ fn) => Object.assign(heard, { [name]: fn }),
    changed: () => heard.change(),
  };
  let hidden = false;
  new SiteFields(
    /** @type {import('../../../widgets/customer/static/chat.js').Chat} */ (/** @type {unknown} */ (chat)),
    () => hidden,
  );
  const says = (/** @type {Record<string, string>} */ fields, { away = false } = {}) => {
    hidden = away;
    chat.host.fields = fields;
    chat.host.changed();
    return sent.splice(0);
  };
  const chats = () => Object.assign(chat.visit, { phase: 'queued', chat: 'c', lastSeq: 2 });
  return { chat, says, chats, memory };
}

const told = (/** @type {Record<string, string>} */ fields) => [{ type: 'chat.describe', chat: 'c', fields }];

test('a chat begins with what the site has said, and is told what it says then', () => {
  const { says, chats } = tab();
  assert.deepEqual(says({ Plan: 'Silver' }), []);
  chats();
  assert.deepEqual(says({ Plan: 'Silver' }), []);
  assert.deepEqual(says({ Plan: 'Gold' }), told({ Plan: 'Gold' }));
  assert.deepEqual(says({ Plan: 'Gold' }), []);
  assert.deepEqual(says({}), told({}), 'taken back');
});

test('a later page that says the same, or nothing, changes nothing', () => {
  const first = tab();
  first.chats();
  first.says({ Plan: 'Gold' });
  const next = tab(first.memory);
  next.chats();
  assert.deepEqual(next.says({}), []);
  assert.deepEqual(next.says({ Plan: 'Gold' }), []);
  assert.deepEqual(next.says({ Plan: 'Gold', Order: '7' }), told({ Plan: 'Gold', Order: '7' }));
});

test('a tab that nobody looks at waits, and so does one without a connection', () => {
  const { chat, says, chats } = tab();
  chats();
  says({ Plan: 'Silver' });
  assert.deepEqual(says({ Plan: 'Gold' }, { away: true }), []);
  chat.desk.state.line = 'lost';
  assert.deepEqual(says({ Plan: 'Gold' }), []);
  chat.desk.state.line = 'live';
  assert.deepEqual(says({ Plan: 'Gold' }), told({ Plan: 'Gold' }));
});

test('a chat that is over is told nothing', () => {
  const { chat, says, chats } = tab();
  chats();
  says({ Plan: 'Silver' });
  chat.visit.phase = 'closed';
  assert.deepEqual(says({ Plan: 'Gold' }), []);
});
