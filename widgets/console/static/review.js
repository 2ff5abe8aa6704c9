/** The review of a day's chats: puts the page's parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { ask } from '../shared/http.js';
import './review-card.js';
import './review-chat.js';
import './review-correct.js';
import './review-count.js';
import './review-figures.js';
import './review-foot.js';
import './review-panel.js';
import './review-queue.js';
import './review-rules.js';
import { listensToReviewKeys } from './review-keys.js';
import { dayIn } from './review-words.js';
import { ReviewWork } from './review-work.js';
import { Settings } from './settings.js';
import { staffVocabulary } from './staff-vocabulary.js';
import { watchChats } from './watch-chats.js';

const DAY_MS = 86_400_000;
const COUNTED_AFTER_MS = 300;
const PARTS = [
  'banner-part',
  'queue-part',
  'chat-part',
  'panel-part',
  'foot-part',
  'correct-part',
  'figures-part',
  'rules-part',
  'card-part',
];

const page = pageData();
const storage = localStore();
const work = new ReviewWork({
  ask,
  me: page.me,
  day: new URLSearchParams(location.search).get('day') ?? dayIn(page.timezone, Date.now() - DAY_MS),
  today: dayIn(page.timezone, Date.now()),
  words: staffVocabulary(page),
  storage,
});
const settings = new Settings(page.me.id, storage);
const keysAre = () => {
  work.singleKeys = settings.now.singleKeys;
  work.changed();
};
settings.addEventListener('change', keysAre);
keysAre();
// Before the keys of all staff pages, which it replaces.
listensToReviewKeys({
  work,
  chat: the('chat-part'),
  panel: the('panel-part'),
  settings,
});
const desk = watchChats(page.me, { page: 'review', settings });
desk.on('hello', (ok) => work.teamsAre(ok.teams ?? []));
for (const part of PARTS) the(part).work = work;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let counting;
// One request for a row of judgements.
work.addEventListener('saved', () => {
  clearTimeout(counting);
  counting = setTimeout(() => the('review-count').read(), COUNTED_AFTER_MS);
});
work.addEventListener('correct', () => the('correct-part').open());
work.addEventListener('corrected', () => the('panel-part').toCard());
work.addEventListener('figures', () => the('figures-part').open());
work.addEventListener('list', () => the('queue-part').toggle());
work.addEventListener('rules', () => the('rules-part').open());
work.addEventListener('card', () => the('card-part').open());
addEventListener('online', () => work.waiting.send());
addEventListener('beforeunload', (event) => {
  if (work.waiting.count) event.preventDefault();
});
await work.load();
