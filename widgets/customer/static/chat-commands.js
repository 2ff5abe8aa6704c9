/**
 * What a customer can do in a chat that exists: write, end it, keep the place in the queue, rate it.
 *
 * @import { Fields } from '../shared/client/types.js'
 * @import { File } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 * @import { Place } from './types.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { committed } from '../shared/committing.js';
import { unstored } from '../shared/connection-words.js';
import { sentenceOf } from '../shared/refusals.js';
import { t } from '../shared/words.js';

/** @param {Chat} chat @param {string} text @param {File[]} files @returns {boolean} false if there is nothing to send */
export function send(chat, text, files) {
  const id = chat.visit.chat;
  if (!id || (!text.trim() && !files.length)) return false;
  chat.signal.stop();
  for (const file of files) chat.files.set(file.id, file);
  chat.desk.commit('message.send', {
    chat: id,
    text: text.trim() ? text : '',
    ...(files.length && { files: files.map((file) => file.id) }),
  });
  chat.drafts.set(id, '');
  chat.alarm = null;
  return true;
}

/** A refused text becomes part of the draft. @param {Chat} chat @param {import('../shared/client/types.js').Entry} entry */
export function retract(chat, { id, fields }) {
  if (chat.visit.chat) chat.drafts.add(chat.visit.chat, [fields.text]);
  chat.desk.discard(id);
}

/** Keeps the text of the box as a draft, and signals that the customer is typing. @param {Chat} chat @param {string} text */
export function write(chat, text) {
  if (chat.visit.chat) chat.drafts.set(chat.visit.chat, text);
  if (text) chat.signal.touch();
  else chat.signal.stop();
}

/** @param {Chat} chat */
export function retryUnstored(chat) {
  for (const { id } of chat.putOff ? [chat.putOff] : unstored(chat.unsent)) chat.desk.retry(id);
}

/** @param {Chat} chat */
export async function end(chat) {
  const id = chat.visit.chat;
  if (!id) return;
  try {
    await committed(chat.desk, 'chat.end', { chat: id });
  } catch (error) {
    if (error instanceof DeskError && error.code !== 'chat_closed')
      chat.raise(t('The chat couldn’t be ended.'), sentenceOf(error));
  }
}

/** Stay in the queue although the team closes. @param {Chat} chat */
export const keepPlace = (chat) => ask(chat, 'line', 'chat.wait', {});

/** An address for the answer. @param {Chat} chat @param {string} email @returns {Promise<boolean>} false if it was refused, which the chat says */
export async function giveAddress(chat, email) {
  await ask(chat, 'line', 'chat.address', { email });
  if (chat.wrong) return false;
  chat.beginning.keepAddress(email);
  return true;
}

/** @param {Chat} chat @param {number} score 1 to 5, 0 if none was chosen @param {string} comment @param {string|null} [id] the chat that is rated */
export async function rate(chat, score, comment, id) {
  if (score) await ask(chat, 'rating', 'chat.rate', { score, comment: comment.trim() || undefined }, id);
  else chat.refuse('rating', t('Choose one to five stars first.'), 'score');
}

/** @param {Chat} chat @param {Place} at @param {string} type @param {Fields} fields @param {string|null} [id] */
async function ask(chat, at, type, fields, id = chat.visit.chat) {
  if (!id || chat.busy) return;
  chat.wrong = null;
  chat.busy = true;
  chat.changed();
  try {
    await committed(chat.desk, type, { chat: id, ...fields });
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    chat.refuse(at, sentenceOf(error));
  } finally {
    chat.busy = false;
    chat.changed();
  }
}
