/** Canned replies and macros on the ticket page. What a macro sets besides its text is sent with the text. */

import { pageData, the } from '../shared/dom.js';
import { Refused } from '../shared/http.js';
import { offerReplies } from './canned-menu.js';
import { fieldWords } from './custom-fields.js';
import { guessedLanguage } from './guessed-language.js';
import { actionWords, besidesOf, changeOf, withMacro } from './macro-words.js';
import { ofTickets } from './ticket-letters.js';

/** @typedef {import('./macro-words.js').Actions} Actions */
/** @typedef {import('./ticket-work.js').TicketWork} TicketWork */

const { me } = pageData();
/** What goes along with the text. @type {Actions|null} */
let along = null;
/** @type {WeakSet<object>} */
const wrapped = new WeakSet();

/** What is sent with a status also has what the macro sets. @param {TicketWork} work */
function wrap(work) {
  if (wrapped.has(work.also)) return;
  work.also = withMacro(work.also, () => (along ? besidesOf(along, me.id) : {}));
  wrapped.add(work.also);
}

/** A macro without a text changes the ticket at once. @param {TicketWork} work @param {Actions} actions */
async function apply(work, actions) {
  try {
    await work.ask('PATCH', work.address, { body: changeOf(actions, me.id) });
    await work.refresh();
    work.said = 'Saved';
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // What it needs is asked for in the form of the reply, with which it is tried again.
    if (Object.keys(error.fields).length) send(work, actions);
    work.refuse(error.fields);
    work.writing.wrong = Object.values(error.fields)[0] ?? error.message;
  }
  work.redraw();
}

/** @param {TicketWork} work @param {Actions} actions */
function send(work, actions) {
  along = actions;
  wrap(work);
  if (actions.status) work.writing.choose(actions.status);
  if (actions.resolution) work.set('resolution', actions.resolution);
}

/** @param {TicketWork} work */
function drop(work) {
  along = null;
  if (work.ticket) work.writing.choose(work.ticket.status);
  work.set('resolution', work.ticket?.resolution ?? '');
}

/** The guessed language of what a customer wrote, by the transcript: the menu asks with each key. @type {WeakMap<object, string|null>} */
const guessed = new WeakMap();

/** @param {TicketWork} work */
function guess({ ticket }) {
  const said = ticket?.transcript;
  if (!said) return null;
  if (!guessed.has(said)) {
    const theirs = said.map(({ from, text }) => (from?.kind === 'customer' && text) || '');
    guessed.set(said, guessedLanguage(theirs.join('\n')));
  }
  return guessed.get(said) ?? null;
}

/** @type {TicketWork|null} */
let heard = null;

offerReplies(() => {
  const work = /** @type {TicketWork} */ (the('composer-part').work);
  const { ticket, words } = work;
  if (heard !== work) {
    heard = work;
    work.addEventListener('sent', () => {
      along = null;
    });
  }
  const names = {
    status: words.status,
    code: words.code,
    team: (/** @type {string} */ key) => work.teamName(key),
    field: fieldWords,
  };
  return {
    about: String(work.number),
    teamName: names.team,
    words,
    pending: along ? actionWords(along, names) : '',
    act: (actions, { alone }) => (alone ? void apply(work, actions) : send(work, actions)),
    drop: () => drop(work),
    place: {
      customer: ticket?.requester?.name ?? null,
      agent: me.name,
      team: ticket ? work.teamName(ticket.team) : '',
      ticket: ticket?.number ?? null,
      locale: ofTickets.get(work)?.locale ?? guess(work),
    },
  };
});
