/**
 * Texts for the state of a chat. Pure, in the reader's language; none of them promises an email.
 *
 * @import { Team } from '../shared/types.js'
 * @import { Zones } from '../shared/hours.js'
 * @import { Visit } from './visit.js'
 */

import { clockWords, openWords, opensWords } from '../shared/hours.js';
import { about } from '../shared/moments.js';
import { n, t } from '../shared/words.js';

/**
 * Title and line below it.
 * @param {Visit} visit
 * @param {{ticket: boolean, team: Team|undefined, shut?: boolean, unstaffed?: boolean, now: number, zones: Zones, brand: string}} form `ticket`: what is written becomes one;
 *   `team`: the chosen one; `shut`, `unstaffed`: nobody takes chats, or is available, as far as is chosen
 * @returns {[string, string]}
 */
export function headWords(visit, form) {
  const { ticket, now, zones } = form;
  const support = t('{team} support', { team: visit.teamName() });
  const us = t('Chat with {brand}', { brand: form.brand });
  const ask = ticket ? t('Leave us a message') : us;
  switch (visit.phase) {
    case 'opening':
      return [us, t('Opening')];
    case 'form':
      return [ask, standingWords(form)];
    case 'starting':
    case 'sending':
      return [ask, t('Sending')];
    case 'queued':
      return [
        support,
        visit.decideBy
          ? t('Closes at {time}', { time: clockWords(visit.decideBy, zones) })
          : standingWords({ team: visit.teams.find(({ team }) => team === visit.team), now, zones }),
      ];
    case 'active':
      return [visit.agent?.name ?? support, visit.agent?.connected === false ? t('Reconnecting') : support];
    case 'closed':
      return [t('Chat ended'), support];
    default:
      return [t('Message sent'), support];
  }
}

/** The same over the list of conversations. @param {{team: Team|undefined, shut?: boolean, unstaffed?: boolean, now: number, zones: Zones}} form @returns {[string, string]} */
export const listWords = (form) => [t('Your conversations'), standingWords(form)];

/** Whether somebody answers now, and until when. @param {{team: Team|undefined, shut?: boolean, unstaffed?: boolean, now: number, zones: Zones}} form */
function standingWords({ team, shut, unstaffed, now, zones }) {
  if (unstaffed) return t('Open, nobody free right now');
  if (!team) return shut ? t('Closed now') : t('Open now');
  return team.open ? openWords(team, now, zones) : t('{team} is closed now', { team: team.name });
}

/** @param {Team|undefined} team all teams, if none */
export const nobodyWords = (team) =>
  team ? t('Nobody at {team} is free right now.', { team: team.name }) : t('Nobody is free right now.');

/** `Thanksgiving: Finance opens Friday morning`; the closure where the hours file names one. @param {Team} team @param {number} now @param {Zones} zones */
export function closedWords(team, now, zones) {
  const opens = opensWords(team, now, zones);
  return team.closure ? t('{closure}: {opens}', { closure: team.closure, opens }) : opens;
}

/** The number of people ahead and the wait, as far as there are any. @param {Team|undefined} team @returns {string} */
export function aheadWords(team) {
  const ahead = team?.waiting ?? 0;
  if (!ahead) return team?.wait_s ? t('Nobody is in line. We answer in {wait}.', { wait: about(team.wait_s) }) : '';
  if (!team?.wait_s) return n('{count} person ahead of you', '{count} people ahead of you', ahead);
  return n('{count} person ahead of you, {wait}', '{count} people ahead of you, {wait}', ahead, {
    wait: about(team.wait_s),
  });
}

/** Warns that the wait would last beyond closing; empty if it would not. @param {Team|undefined} team @param {number} now @param {Zones} zones @returns {string} */
export function lateWords(team, now, zones) {
  if (!team?.open || !team.closes_at || !team.wait_s || now + team.wait_s * 1000 < new Date(team.closes_at).getTime())
    return '';
  return t('{team} closes at {time}, and the wait is {wait}: we may not reach you before that.', {
    team: team.name,
    time: clockWords(team.closes_at, zones),
    wait: about(team.wait_s),
  });
}
