/**
 * A conversation as a file for its customer, made here from what the desk has told. Texts that were removed are not in
 * it.
 *
 * @import { Item } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 * @import { TicketTalk } from './ticket-talk.js'
 */

import { heading } from '../shared/days.js';
import { element } from '../shared/dom.js';
import { clock, long } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { Story, redactedKey, removed } from '../shared/story.js';
import { locale, t } from '../shared/words.js';
import { foldsOf, inOrder } from './folds.js';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}h2{font-size:1rem;margin-top:2rem}p{margin:.75rem 0;white-space:pre-wrap;overflow-wrap:anywhere}small{color:#555}.line{color:#555}';

/** @param {unknown} text */
const escaped = (text) => String(text ?? '').replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0)};`);

/** @param {TicketTalk} talk @param {Chat} chat @returns {string} HTML */
export function transcriptOf(talk, chat) {
  const title = `#${talk.number} ${talk.properties?.subject ?? ''}`.trim();
  const status = chat.words.status(talk.status);
  const body = itemsOf(talk, chat).map((item) => drawn(item, chat.now()));
  return `<!doctype html><html lang="${escaped(locale)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${STYLE}</style><h1 dir="auto">${escaped(title)}</h1><p class="line">${escaped(`${status}, ${long(chat.now())}`)}</p>${body.join('')}</html>`;
}

/** @param {TicketTalk} talk @param {Chat} chat */
export function saveTranscript(talk, chat) {
  const address = URL.createObjectURL(new Blob([transcriptOf(talk, chat)], { type: 'text/html' }));
  element('a', { href: address, download: `ticket-${talk.number}.html` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** @param {TicketTalk} talk @param {Chat} chat @returns {Item[]} */
function itemsOf(talk, chat) {
  const story = new Story(
    { side: 'customer', id: chat.desk.hello?.visitor ?? null },
    { team: (key) => chat.visit.teamName(key), status: chat.words.status, code: chat.words.code },
  );
  const events = inOrder(foldsOf(talk.past), talk.own).flatMap((one) => (one.fold ? one.fold.events : [one.event]));
  const redactions = new Map(
    events.filter(({ type }) => type === 'message.redacted').map((event) => [redactedKey(event), event]),
  );
  return events
    .flatMap((event) => story.add(event))
    .map((item) => {
      const redaction = redactions.get(item.key);
      return redaction ? removed(item, redaction) : item;
    });
}

/** @param {Item} item @param {number} now */
function drawn(item, now) {
  if (item.kind === 'day') return `<h2>${escaped(heading(item.at, now))}</h2>`;
  if (item.kind === 'line')
    return `<p class="line" dir="auto">${escaped((item.parts ?? []).map((part) => (typeof part === 'string' ? part : part.strong)).join(''))} <small>${escaped(clock(item.at))}</small></p>`;
  const name = item.own ? t('You') : firstName(item.by?.name) || t('Support');
  const said = item.redacted ? t('Message removed') : (item.text ?? '');
  const files = (item.files ?? []).map(({ name: file }) => file).join(', ');
  return `<p dir="auto"><b>${escaped(name)}</b> <small>${escaped(clock(item.at))}</small>\n${escaped([said, files].filter(Boolean).join('\n'))}</p>`;
}
