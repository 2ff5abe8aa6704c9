/**
 * Texts for a chat under way: the place in line, what came in, and silence. Pure, in the reader's language.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { Chat } from './chat.js'
 * @import { Team } from '../shared/types.js'
 * @import { Visit } from './visit.js'
 */

import { clockWords, closesToday } from '../shared/hours.js';
import { about, clock } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { t } from '../shared/words.js';

/** The author and the text of a message, or the name of its first file. @param {Durable} message @returns {[string, string]} */
export const cameWords = ({ from, text, files }) => [
  firstName(from.name) || t('Support'),
  text || files?.[0]?.name || '',
];

/** The queue is full. @param {Team} team @param {number|null} waitS @returns {string} */
export function fullWords({ name: team }, waitS) {
  return waitS
    ? t('The line for {team} is full, and the wait is {wait}. You can send your text as a message instead.', {
        team,
        wait: about(waitS),
      })
    : t('The line for {team} is full. You can send your text as a message instead.', { team });
}

/** Reminds a customer who has been silent; empty if they have not. @param {Visit['silent']} silent @returns {string} */
export function silentWords(silent) {
  if (!silent) return '';
  const time = clock(silent.endsAt);
  return silent.told > 1
    ? t('This chat ends at {time} and becomes a ticket. Reply to keep it open.', { time })
    : t('Are you still there? If you don’t reply, this chat ends at {time} and becomes a ticket.', { time });
}

/** The place in line and the wait. @param {number|null} position @param {number|null} waitS seconds, null where the desk makes no estimate @returns {string} */
export function placeWords(position, waitS) {
  if (!position) return t('You’re in line');
  const wait = waitS === null ? '' : about(waitS);
  if (position === 1) return wait ? t('You’re next, {wait}', { wait }) : t('You’re next');
  return wait
    ? t('You’re number {position} in line, {wait}', { position, wait })
    : t('You’re number {position} in line', { position });
}

/** A chat waits, and nobody of its team is available. @param {Visit} visit */
export const nobodyThere = (visit) => visit.phase === 'queued' && teamOf(visit)?.staffed === false;

/** The headline of the bar. @param {Visit} visit */
export const lineTitle = (visit) =>
  nobodyThere(visit)
    ? t('Nobody is free at {team} right now', { team: visit.teamName() })
    : placeWords(visit.position, visit.waitS);

/** What happens meanwhile, below the headline. @param {Pick<Chat, 'visit'|'zones'|'sounds'|'now'>} chat @returns {string} */
export function lineWords({ visit, zones, sounds, now }) {
  if (visit.waitsUntil)
    return t('You keep your place until {time}. If nobody is free by then, it becomes a ticket.', {
      time: clockWords(visit.waitsUntil, zones),
    });
  if (nobodyThere(visit)) {
    const team = teamOf(visit);
    return team?.closes_at && closesToday(team, now())
      ? t('So we can’t say how long. We keep your place until we close at {time}.', {
          time: clockWords(team.closes_at, zones),
        })
      : t('So we can’t say how long. We keep your place.');
  }
  if (visit.moved)
    return t('{team} can answer sooner, so you’re in line there now. Your wait so far counts.', {
      team: visit.teamName(),
    });
  return sounds.ready
    ? t('Carry on with your work. We keep your place and play a sound when someone joins.')
    : t('Carry on with your work. We keep your place and tell you when someone joins.');
}

/** @param {Visit} visit */
const teamOf = (visit) => visit.teams.find(({ team }) => team === visit.team);
