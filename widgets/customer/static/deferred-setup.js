/** Setup that can wait until the form is drawn: announcements, sounds, live figures, articles, what the page says, and the space for a phone's keyboard. */

import { lazily } from '../shared/client/lazily.js';
import { the } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { locale } from '../shared/words.js';
import './one-chunk.js';
import { Announcer } from './announcer.js';
import { Figures } from './figures.js';
import { keepAboveKeyboard } from './keyboard.js';
import { laterStyle } from './later-style.js';
import { MayAnswer, showArticles } from './may-answer.js';
import { PageAt } from './page-at.js';
import { SiteFields } from './site-fields.js';

/** @param {import('./chat.js').Chat} chat @param {import('./widget-view.js').WidgetView} face */
export function begin(chat, face) {
  face.announcer = new Announcer(chat);
  new PageAt(chat);
  new SiteFields(chat);
  for (const gesture of ['pointerdown', 'keydown']) {
    addEventListener(gesture, async () => {
      const { sounds } = chat;
      if (!sounds.on || sounds.ready || navigator.userActivation?.hasBeenActive === false) return;
      await sounds.touched();
      chat.changed();
    });
  }
  keepAboveKeyboard(window.visualViewport, document.documentElement.style);
  chat.on(
    'change',
    new Figures(chat, {
      ask: () =>
        fetch('/api/hours', { credentials: 'omit' }).then((answer) =>
          answer.ok ? answer.json() : Promise.reject(answer.status),
        ),
      now: () => performance.now(),
      seen: () => !document.hidden,
    }).look,
  );
  // Only the banner of an incident that is over needs it so early.
  if (document.querySelector('.banner.ok')) laterStyle().catch(() => {});
  /** @param {import('./may-answer.js').Article} article @param {string} id */
  const open = async (article, id) => {
    const read = async () => {
      const bearer = chat.desk.customer.token;
      return (await ask('GET', `/api/articles/${id}?locale=${encodeURIComponent(locale)}`, { bearer })).data.html;
    };
    try {
      const { showArticle } = await lazily(() => import('./article.js'));
      await showArticle(the('widget'), article, read);
    } catch {
      // Without a connection, the link waits for another click.
    }
  };
  chat.on(
    'change',
    new MayAnswer(chat, {
      find: async (query) => {
        const [{ data }] = await Promise.all([
          ask('GET', `/api/search?${query}`, { bearer: chat.desk.customer.token }),
          laterStyle(),
        ]);
        return data.results;
      },
      show: (articles) => showArticles(document, articles, open),
      locale,
    }).look,
  );
}
