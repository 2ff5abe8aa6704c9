/**
 * Texts for a ticket as its customer sees it: what its status means, and what happens next. Pure, in the reader's
 * language. The dates are those of `promise`, which the desk keeps.
 *
 * @typedef {Object} Standing
 * @property {string} status
 * @property {boolean} closed nothing can be added any more
 * @property {boolean} confirmed the customer has said that it is solved
 * @property {string} team its name
 * @property {string} opens `Finance opens tomorrow morning`, empty while it is open
 * @property {string} agent the last of staff who wrote, empty if nobody has
 * @property {string|null} workaround
 * @property {boolean} address an answer could reach the customer elsewhere too
 */

import { zoneName } from '../shared/hours.js';
import { locale, t } from '../shared/words.js';

/** @param {Standing} standing @returns {string[]} paragraphs */
export function standingWords({ status, closed, confirmed, team, opens, agent, workaround, address }) {
  const here = t('The answer appears here, in this window.');
  if (closed) return [t('This one is closed for good.')];
  if (confirmed)
    return [
      agent ? t('Thanks. {name} closes it now.', { name: agent }) : t('Thanks. {name} closes it now.', { name: team }),
    ];
  switch (status) {
    case 'awaiting_reply':
      return [t('We need information or a confirmation from you. Write it below.')];
    case 'fixed_pending_rca':
      return [
        ...(workaround ? [workaround] : []),
        t('We’re still looking for the cause. What we find appears here, in this window.'),
      ];
    case 'solved':
      return [];
    default:
      return [
        `${opens ? t('{opens} and will look into it then.', { opens }) : t('{team} is working on it.', { team })} ${here}`,
        ...(address ? [] : [t('You left no address, so we can answer you only here, in this browser.')]),
      ];
  }
}

/**
 * The dates on which something happens if the customer does not answer; empty where there are none.
 *
 * @param {import('../shared/types.js').Promised|undefined} promise @param {string} zone the desk's
 * @returns {string}
 */
export function promiseWords(promise, zone) {
  if (!promise) return '';
  const { reminder_1: first, reminder_2: second, auto_solve: solves, reopen_until: until } = promise;
  if (!solves || !until)
    return t('Our mail can’t reach you, so we won’t remind you and won’t solve this. Write below.');
  const date = dayIn(solves);
  const said =
    first && second
      ? t('We’ll remind you on {first} and {second}, and solve it on {date} if we hear nothing.', {
          first: dayIn(first),
          second: dayIn(second),
          date,
        })
      : second
        ? t('We’ll remind you on {second}, and solve it on {date} if we hear nothing.', { second: dayIn(second), date })
        : t('We’ll solve it on {date} if we hear nothing.', { date });
  return `${said} ${t('You could still reopen it until {until}.', { until: `${dayIn(until, zone)}\u00a0${zoneName(zone, until)}` })}`;
}

/** `Tue, Dec 1`; it never breaks. @param {string} at @param {string} [timeZone] the reader's if there is none */
const dayIn = (at, timeZone) =>
  new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short', month: 'short', day: 'numeric' })
    .format(new Date(at))
    .replaceAll(' ', '\u00a0');

/** How the chat ended, where the log's own line does not say enough. @param {string} reason as of `chat.closed` @returns {string} */
export const missedWords = (reason) =>
  reason === 'missed' ? t('Nobody was free before closing. Your wait counts, so it’s among the first we answer.') : '';

/** What the text box asks for. @param {{mode: import('./ticket-talk.js').Mode, status: string, asks: boolean, name: string}} how `name`: of the last of staff who wrote, empty if nobody has @returns {string} */
export function askWords({ mode, status, asks, name }) {
  if (mode === 'not_fixed') return t('What still happens?');
  if (mode === 'chat') return t('What would you like to add?');
  if (status === 'solved') return t('Write to reopen it');
  if (!name) return t('Add to your message');
  return asks ? t('Or answer {name}', { name }) : t('Answer {name}', { name });
}

/** What the next text does. @param {import('./ticket-talk.js').Mode} mode @param {string} name of who reads it @param {string} status of the ticket @returns {{title: string, text: string, back: string}|null} */
export function modeWords(mode, name, status) {
  if (mode === 'not_fixed')
    return {
      title: t('It isn’t fixed'),
      text:
        status === 'open'
          ? t('{name} is told.', { name })
          : t('{name} is told, and the ticket is open again.', { name }),
      back: t('Take back “It isn’t fixed”'),
    };
  if (mode === 'chat')
    return {
      title: t('Chat again about this'),
      text: t('A new chat begins with your next message, on this ticket.'),
      back: t('Take back “Chat again about this”'),
    };
  return null;
}
