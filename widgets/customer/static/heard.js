/**
 * What the desk tells this tab, and what it means for the chat.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { Chat } from './chat.js'
 */

import { endsTyping } from '../shared/typing.js';
import { t } from '../shared/words.js';

/** @param {Chat} chat */
export function listen(chat) {
  const { desk, visit } = chat;
  desk.on('hello', (ok) => greeted(chat, ok));
  desk.on('event', (frame, { chat: id, replay }) => heard(chat, frame, id, !replay));
  desk.on('reset', (id) => {
    if (id !== visit.chat) return;
    const { phase } = visit;
    visit.begin(phase);
    visit.join(id);
    chat.fresh();
  });
  desk.on('resumed', (ok) => {
    if (ok.chat && ok.chat !== visit.chat) return;
    visit.holds(ok);
    chat.events.emit('whole');
    chat.changed();
  });
  desk.on('tickets', chat.changedSoon);
  desk.on('news', (frame) => {
    visit.heard(frame);
    if (frame.type === 'chat.silent' && frame.chat === visit.chat && !chat.looksOn) chat.sounds.play('answered');
    if (frame.chat === visit.chat && frame.type === 'typing' && frame.from.kind === 'staff') chat.typing.on(frame);
    chat.changedSoon();
  });
  desk.on('forgotten', () => chat.forgotten());
  desk.on('state', chat.changedSoon);
  desk.on('outbox', () => {
    chat.late.takeOver();
    chat.changedSoon();
  });
  desk.on('error', (error) => {
    // The remembered chat no longer exists: start afresh.
    if (error.code === 'not_found' && error.chat === visit.chat && !visit.lastSeq)
      chat.again(t('Your earlier chat no longer exists.'));
  });
}

/** @param {Chat} chat @param {import('../shared/client/types.js').Ok} ok */
function greeted(chat, ok) {
  const { desk, visit, beginning, late } = chat;
  const known = visit.greeted(ok, chat.remembered);
  beginning.check();
  const lost = desk.customer.guest ? [] : beginning.request.disown();
  if (lost.length) late.keepAsDraft(lost, '');
  if (known) chat.follow(known);
  else if (!visit.chat && !['form', 'left'].includes(visit.phase)) beginning.begin();
  chat.home.greeted(ok);
  late.takeOver();
  chat.changed();
  beginning.request.retry();
}

/** @param {Chat} chat @param {Durable} frame @param {string} id of its chat @param {boolean} live */
function heard(chat, frame, id, live) {
  const { visit } = chat;
  if (frame.type === 'chat.started' && (!visit.chat || visit.phase === 'closed') && id !== visit.chat) chat.adopt(id);
  if (id !== visit.chat) return;
  visit.told(frame);
  if (endsTyping(frame, 'staff')) chat.typing.off();
  const own = frame.type === 'message' && frame.from.kind === 'customer' && live;
  // If the tab that wrote it is gone, no other tab would clear the draft.
  if (own) chat.late.drop(frame.text);
  chat.events.tell(frame, live);
  if (own) chat.sent += 1;
  // Problems of the conversation are over.
  if (frame.type === 'chat.closed') Object.assign(chat, { wrong: null, alarm: null });
  if (live && frame.type === 'chat.assigned') chat.sounds.play('joined');
  if (live && frame.type === 'message' && frame.from.kind === 'staff') {
    if (!chat.looksOn) chat.sounds.play('answered');
    if (!chat.open) chat.came = frame;
  }
  chat.changedSoon();
}
