/** A desk server for each test, and browsers with tabs at it. */

import { afterEach, beforeEach } from 'node:test';
import { Browser } from './browser.js';
import { DeskServer } from './desk_server.js';
import { until } from './waiting.js';

/** @type {DeskServer} of the current test */
export let server;
/** @type {Browser[]} */
let browsers;

beforeEach(async () => {
  server = await DeskServer.open();
  browsers = [];
});
afterEach(async () => {
  for (const browser of browsers) browser.close();
  await server.close();
});

/** @param {ConstructorParameters<typeof Browser>[1]} [options] */
export function browserOf(options) {
  const browser = new Browser(server, options);
  browsers.push(browser);
  return browser;
}

/** A browser with one tab, live, in a chat. @param {ConstructorParameters<typeof Browser>[1]} [options] */
export async function inChat(options) {
  const browser = browserOf(options);
  const tab = browser.open();
  await until(() => tab.live);
  const { done } = tab.desk.commit('chat.start', { team: 'media', text: 'hello' });
  const { chat } = await done;
  await until(() => tab.seqs.length === 2);
  return { browser, tab, chat };
}

/** @param {any} tab @param {string} chat @param {string} text */
export const send = (tab, chat, text) => tab.desk.commit('message.send', { chat, text });

/** The line is lost, and the tab knows. @param {import('./browser.js').Tab} tab */
export async function cut(tab) {
  const before = tab.losses;
  server.cut();
  await until(() => tab.losses > before);
}

/** @param {string} text @returns {import('./desk_server.js').Frame[]} what is stored with it */
export const storedWith = (text) =>
  [...server.chats.values()].flatMap(({ events }) => events).filter((event) => event.text === text);

/** Two tabs of one browser; the first holds the socket. */
export async function twoTabs() {
  const { browser, tab: one, chat } = await inChat();
  const two = browser.open();
  two.desk.follow(chat);
  await until(() => two.seqs.length === 2);
  return { browser, one, two, chat };
}

/** @param {string} sub @param {string} [more] */
export const proofOf = (sub, more = '') =>
  ['{"alg":"HS256","kid":"site"}', JSON.stringify({ sub, name: `Zoë${more}` }), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
