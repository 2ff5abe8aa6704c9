#!/usr/bin/env node
/**
 * Talk to a desk as a customer: `node talk.js ws://127.0.0.1:8000/ws/customer media state.json`.
 *
 * Each typed line is a message. The first message starts the chat, and `/end` ends it. The program prints what happens,
 * one JSON object per line. If it is killed and started again with the same file, it continues where it stopped. At the
 * end of its input, it exits as soon as everything is stored.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Customer, nothingKept } from './customer.js';

const END = '/end';

const [url, team, file] = process.argv.slice(2);
if (!url || !team || !file) {
  process.stderr.write('usage: node talk.js ws://HOST/ws/customer TEAM STATE.json\n');
  process.exit(2);
}

/** @type {{kept: import("./customer.js").Kept, chat: string | null, lines: string[]}} */
const state = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { kept: nothingKept(), chat: null, lines: [] };

/** Replace the file in one step, so that a crash leaves either the old state or the new one. */
const save = () => {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
};

/** @param {string} what @param {Record<string, unknown>} told */
const say = (what, told) => process.stdout.write(`${JSON.stringify({ what, ...told })}\n`);

const customer = new Customer(url, state.kept, save);

/** Send the typed lines. They wait until the chat has an id. */
const sendLines = () => {
  if (state.chat !== null) {
    const chat = state.chat;
    while (state.lines.length > 0) {
      // `command` saves the state without this line and with the new command, in one step.
      const text = state.lines.shift();
      if (text === END) {
        customer.command('chat.end', { chat });
      } else {
        customer.command('message.send', { chat, text });
      }
    }
  } else if (state.lines.length > 0 && !state.kept.outbox.some(({ type }) => type === 'chat.start')) {
    customer.command('chat.start', { team, text: state.lines.shift() });
  }
  save();
};

customer.on('greeted', ({ chats }) => {
  say('greeted', { chats });
  if (state.chat !== null && !(state.chat in state.kept.seen)) {
    state.chat = null; // The chat belongs to an earlier visitor.
  }
});
customer.on('event', (event) => {
  say('event', event);
  if (event.type === 'chat.closed' && event.chat === state.chat) {
    say('ticket', { number: event.ticket });
    state.chat = null;
    save();
  }
});
customer.on('stored', (ok, command) => {
  say('stored', { ...ok, command: command.type, text: command.text });
  if (command.type === 'chat.start') {
    state.chat = ok.chat;
    sendLines();
  }
});
customer.on('refused', (error, command) => {
  say('refused', { ...error, command: command.type });
  if (error.code === 'already_chatting') {
    state.chat = error.chat;
    state.lines.unshift(command.text);
  } else if (error.code === 'chat_closed' || error.code === 'not_found') {
    state.chat = null;
  }
  sendLines();
});
customer.on('closed', (code) => say('closed', { code }));
customer.on('stopped', () => process.exit(1));

let ended = false;
const leaveWhenDone = () => {
  if (ended && state.lines.length === 0 && state.kept.outbox.length === 0) {
    customer.leave();
  }
};
customer.on('stored', leaveWhenDone);
customer.on('refused', leaveWhenDone);
customer.on('greeted', leaveWhenDone);
customer.connect();

const typed = createInterface({ input: process.stdin });
typed.on('line', (line) => {
  if (line.trim()) {
    state.lines.push(line);
    sendLines();
  }
});
typed.on('close', () => {
  ended = true;
  leaveWhenDone();
});
