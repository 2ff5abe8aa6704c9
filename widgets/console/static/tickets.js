/** The page with the list of tickets: puts its parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { ask } from '../shared/http.js';
import { staffVocabulary } from './staff-vocabulary.js';
import { NO_FILES } from './attaching.js';
import { keepOrder } from './ticket-order.js';
import './ticket-list.js';
import { LiveList } from './ticket-list-live.js';
import { listenForPicks } from './bulk-bar.js';
import { BulkWork } from './bulk-work.js';
import { SavedViews } from './saved-views.js';
import { Settings } from './settings.js';
import { tabStore } from './tab-store.js';
import { TicketSearch } from './ticket-search.js';
import { asked, queryOf } from './facets.js';
import { watchChats } from './watch-chats.js';

const page = pageData();
const list = the('tickets-part');
list.work = new TicketSearch({
  ask,
  me: page.me,
  words: staffVocabulary(page),
  asked: asked(location.search),
  found: (numbers) => keepOrder(numbers, String(queryOf(list.work.asked, page.me.id))),
  signedOut: () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`),
});
list.live = new LiveList(list.work, ask);
list.saved = new SavedViews(ask);
let { counts } = list.work;
list.work.addEventListener('change', () => {
  if (counts !== list.work.counts) list.saved.stale();
  ({ counts } = list.work);
});
list.bulk = new BulkWork(ask, tabStore(), page.me.id);
const settings = new Settings(page.me.id, localStore());
listenForPicks(() => list.pick(), settings);
const desk = watchChats(page.me, {
  page: 'tickets',
  settings,
  does: {
    down: () => list.step(1),
    up: () => list.step(-1),
    search: () => list.search(),
    filter: () => list.filter(),
    close: () => list.change(),
    create: () => list.create(),
  },
});
list.limits = () => desk.hello?.limits?.files ?? NO_FILES;
list.begin();
desk.on('news', (frame) => list.live.heard(frame));
// News that were missed are not told again.
desk.on('hello', () => list.live.stale());
document.addEventListener('visibilitychange', () => list.live.stale());
// The palette of another page has sent the reader.
const asks = { '#new': () => list.create(), '#filter': () => list.filter() }[location.hash];
if (asks) {
  history.replaceState(null, '', location.pathname + location.search);
  list.updateComplete.then(asks);
}
