/**
 * A customer's page without the page: the client library over a real line, driven by lines of JSON.
 * `node screen.js WS_URL`. Told on standard input: `{"commit": TYPE, "fields": {…}}`. Says what a page would show.
 */

import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { openDesk } from '../../../widgets/shared/static/client/desk.js';

/** @param {string} what @param {object} [facts] */
function say(what, facts = {}) {
  process.stdout.write(`${JSON.stringify({ what, ...facts })}\n`);
}

const desk = openDesk({
  role: 'customer',
  url: process.argv[2],
  scope: 'customer',
  storage: null,
  // Waits between tries are a tenth of a browser's.
  env: {
    random: () => Math.random() / 10,
    WebSocket: /** @type {import('../../../widgets/shared/static/client/types.js').Env['WebSocket']} */ (
      /** @type {unknown} */ (WebSocket)
    ),
    locks: null,
    BroadcastChannel: null,
  },
});
desk.on('hello', (ok) => say('hello', { epoch: ok.epoch }));
desk.on('event', (frame) => say('event', { chat: frame.chat, seq: frame.seq, text: frame.text ?? null }));
desk.on('reset', (chat) => say('reset', { chat }));
desk.on('error', (error) => say('error', { message: error.message }));
desk.start();

createInterface({ input: process.stdin }).on('line', (line) => {
  const { commit, fields } = JSON.parse(line);
  const { id, done } = desk.commit(commit, fields);
  say('kept', { id, text: fields.text });
  done.then(
    (ok) => say('stored', { id, chat: ok.chat, seq: ok.seq }),
    (error) => say('refused', { id, message: error.message }),
  );
});
