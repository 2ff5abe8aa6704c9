/**
 * What the views say of where a chat stands. Pure, in the reader's language; nothing here promises a mail.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { Team } from '../shared/types.js'
 * @import { Zones } from '../shared/hours.js'
 * @import { Visit } from './visit.js'
 */

import { clockWords, openWords } from '../shared/hours.js';
import { about } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { n, t } from '../shared/words.js';

/**
 * Title and line below it.
 * @param {Visit} visit @param {{ticket: boolean, team: Team|undefined, now: number, zones: Zones}} form `ticket`: what is written becomes one; `team`: the chosen one
 * @returns {[string, string]}
 */
export function headWords(visit, { ticket, team, now, zones }) {
  const support = t('{team} support', { team: visit.teamName() });
  const ask = ticket ? t('Leave us a message') : t('Chat with us');
  switch (visit.phase) {
    case 'opening':
      return [t('Chat with us'), t('Opening')];
    case 'form':
      return [ask, teamWords(team, now, zones)];
    case 'starting':
    case 'sending':
      return [ask, t('Sending')];
    case 'queued':
      return [support, visit.decideBy ? t('Closes at {time}', { time: clockWords(visit.decideBy, zones) }) : t('You’re in line')];
    case 'active':
      return [visit.agent?.name ?? support, visit.agent?.connected === false ? t('Reconnecting') : support];
    case 'closed':
      return [t('Chat ended'), support];
    default:
      return [t('Message sent'), support];
  }
}

/** @param {Team|undefined} team @param {number} now @param {Zones} zones */
function teamWords(team, now, zones) {
  if (!team) return t('We answer here');
  return team.open ? openWords(team, now, zones) : t('{team} is closed now', { team: team.name });
}

/** Who is before one, told where there is anybody. @param {Team|undefined} team @returns {string} */
export function aheadWords(team) {
  const ahead = team?.waiting ?? 0;
  if (!ahead) return '';
  if (!team?.wait_s) return n('{count} person ahead of you', '{count} people ahead of you', ahead);
  return n('{count} person ahead of you, {wait}', '{count} people ahead of you, {wait}', ahead, { wait: about(team.wait_s) });
}

/** Who wrote, and what: of files alone the name of the first. @param {Durable} message @returns {[string, string]} */
export const cameWords = ({ from, text, files }) => [firstName(from.name) || t('Support'), text || files?.[0]?.name || ''];

/** What the line view says. @param {number|null} position @param {number|null} waitS seconds, null where the desk makes no estimate @returns {string} */
export function placeWords(position, waitS) {
  if (!position) return t('You’re in line');
  const wait = waitS === null ? '' : about(waitS);
  if (position === 1) return wait ? t('You’re next, {wait}', { wait }) : t('You’re next');
  return wait ? t('You’re number {position} in line, {wait}', { position, wait }) : t('You’re number {position} in line', { position });
}
