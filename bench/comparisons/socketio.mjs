// socket.io on Node as its documentation has it: a room a chat, the Redis adapter, one INSERT for each message.
//
// SQLite does not flush its log for each message (`synchronous=NORMAL`).

import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

const { values: given } = parseArgs({
  options: { port: { type: 'string' }, database: { type: 'string' }, redis: { type: 'string' } },
});

const database = new DatabaseSync(given.database);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
database.exec('CREATE TABLE message (id INTEGER PRIMARY KEY, chat TEXT, sender TEXT, text TEXT, at INTEGER)');
database.exec('CREATE INDEX message_chat ON message (chat)');
const store = database.prepare('INSERT INTO message (chat, sender, text, at) VALUES (?, ?, ?, ?)');

const publisher = createClient({ socket: { path: given.redis } });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);

const http = createServer();
const server = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ['websocket'],
  perMessageDeflate: false,
});

server.on('connection', (socket) => {
  const { pair, side } = socket.handshake.query;
  socket.join(pair);
  socket.on('message', ({ id, chat, text }, acknowledge) => {
    const now = Date.now();
    const { lastInsertRowid } = store.run(chat, side, text, now);
    const place = { chat, seq: Number(lastInsertRowid), at: new Date(now).toISOString() };
    socket.to(pair).emit('message', { type: 'message', ...place, text });
    acknowledge({ type: 'ok', id, ...place });
  });
  socket.emit('ready');
});

http.listen(Number(given.port), '127.0.0.1');
