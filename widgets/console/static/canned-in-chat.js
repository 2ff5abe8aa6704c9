/**
 * Canned replies and macros in the chats of the console. After the text of a macro was sent, the sheet that closes the
 * chat opens with what the macro sets: Enter closes.
 */

import { pageData, the } from '../shared/dom.js';
import { offerReplies } from './canned-menu.js';
import { fieldWords } from './custom-fields.js';
import { actionWords } from './macro-words.js';
import { staffVocabulary } from './staff-vocabulary.js';

/** @typedef {import('./macro-words.js').Actions} Actions */

const page = pageData();
const { me } = page;
const words = staffVocabulary(/** @type {Parameters<typeof staffVocabulary>[0]} */ (page));
/** What the sheet is opened with, and for which chat. @type {{chat: string, actions: Actions}|null} */
let along = null;

const workOf = () => /** @type {import('./agent-work.js').AgentWork} */ (the('reply-part').work);

/** @param {Actions} actions */
const close = (actions) => void the('close-part').open('', actions);

document.addEventListener('submit', ({ target, defaultPrevented }) => {
  const form =
    target instanceof HTMLFormElement && target.matches('.compose:not(.noting, .whispering)') ? target : null;
  if (!form || !along || along.chat !== workOf().chosen || form.querySelector('textarea')?.value) return;
  if (!defaultPrevented) return;
  const { actions } = along;
  along = null;
  close(actions);
});

offerReplies(() => {
  const work = workOf();
  const { chosen, about } = work;
  const names = {
    status: words.status,
    code: words.code,
    team: (/** @type {string} */ key) => work.teamName(key),
    field: fieldWords,
  };
  return {
    about: chosen ?? '',
    teamName: names.team,
    words,
    pending: along && along.chat === chosen ? actionWords(along.actions, names) : '',
    act: (actions, { alone }) => {
      if (alone) close(actions);
      else if (chosen !== null) along = { chat: chosen, actions };
    },
    drop: () => {
      along = null;
    },
    place: {
      customer: about?.customer.name ?? null,
      agent: me.name,
      team: chosen === null ? '' : work.teamName(work.chats.of(chosen).team),
      ticket: null,
      locale: about?.locale ?? null,
    },
  };
});
