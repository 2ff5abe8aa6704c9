/**
 * Texts for screen readers after a change, each once. Pure.
 *
 * @typedef {{lost: string, place: string, agent: string|null, gone: string, silent: string, sent: number, ticket: string, came: string}} Standing
 *   `lost`: what is said of the line while it is down; `place`: of the place in line; `agent`: who is there; `gone`: that they
 *   dropped off; `silent`: what is said to who was silent; `sent`: how many of one's own messages were stored while one looked
 *   on; `ticket`: what it has become; `came`: what was written while the chat was closed
 */

import { firstName } from '../shared/people.js';
import { t } from '../shared/words.js';

/** @param {Standing} before @param {Standing} now @returns {string} empty where there is nothing to say */
export function announcement(before, now) {
  if (now.lost !== before.lost) return now.lost || t('Connected again.');
  if (now.came && now.came !== before.came) return now.came;
  if (now.ticket && now.ticket !== before.ticket) return now.ticket;
  if (now.agent && now.agent !== before.agent) return t('{name} joined', { name: firstName(now.agent) });
  if (now.gone && now.gone !== before.gone) return now.gone;
  if (now.silent && now.silent !== before.silent) return now.silent;
  if (now.place && now.place !== before.place) return now.place;
  return now.sent > before.sent ? t('Sent') : '';
}
