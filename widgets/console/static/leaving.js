/**
 * Leaving while chats are held: what becomes of them. Pure.
 *
 * @import { Colleague, Queue } from '../shared/types.js'
 * @import { Row } from './chats.js'
 * @typedef {'offline'|'sign-out'} Intent
 * @typedef {{key: string, act: 'queue'|'staff'|'stay', name: string, facts: string, tag: string, tone: ''|'ok'|'warn', staff: {staff: string, name: string}|null}} Way
 *   `staff`: the colleague who gets the chats
 * @typedef {{rows: Row[], queues: Queue[], staff: Colleague[], me: string, serves: (team: string) => boolean, teamName: (team: string) => string}} Desk
 *   `rows`: the chats held; `serves`: the agent themselves takes new chats of the team
 */

import { allFull, serves } from './free-slots.js';
import { foreignLanguage, languageOf } from './languages.js';
import { nameOf } from './visitor.js';

/** Colleagues to choose from. */
const COLLEAGUES = 3;

/** @param {Row[]} rows */
export const heldTitle = (rows) => `You hold ${rows.length === 1 ? '1 chat' : `${rows.length} chats`}`;

/**
 * Who waits, and how long: the name apart, to stand out.
 * @param {Row[]} rows @param {Intent} intent @param {(since: number) => string} waited @returns {{name: string, words: string}}
 */
export function heldWords(rows, intent, waited) {
  const then = intent === 'offline' ? 'before you go offline?' : 'before you sign out?';
  const waiting = rows.filter(({ group }) => group !== 'theirs');
  const longest = waited(Math.min(...waiting.map(({ since }) => since)));
  if (rows.length === 1) {
    const [{ about, group }] = rows;
    const reply = group === 'owed' ? 'a first response' : 'a reply';
    return {
      name: nameOf(about),
      words: `${waiting.length ? ` has waited ${longest} for ${reply}` : ' has your last reply'}. What happens to the chat ${then}`,
    };
  }
  const who = waiting.length === 1 ? 'One customer is' : `${waiting.length} customers are`;
  return {
    name: '',
    words: `${waiting.length ? `${who} waiting for you, the longest for ${longest}` : 'Nobody is waiting for you'}. What happens to the chats ${then}`,
  };
}

/** @param {Desk} desk @returns {Way[]} the queue, colleagues who have room for all, staying */
export function waysOut(desk) {
  const { rows, teamName } = desk;
  const one = rows.length === 1;
  const teams = teamsOf(rows);
  const others = Math.min(...teams.map((team) => available(desk, team)));
  const full = teams.some((team) => allFull(desk.staff, desk.me, team));
  /** @type {Way} */
  const queue = {
    key: 'queue',
    act: 'queue',
    name: 'Back to the queue',
    facts: `First in line for ${teams.map(teamName).join(', ')}, with ${one ? 'their wait' : 'their waits'} kept`,
    tag: others > 0 ? `${others} available${full ? ', all full' : ''}` : 'nobody available',
    tone: others > 0 && !full ? 'ok' : 'warn',
    staff: null,
  };
  /** @type {Way} */
  const stay = {
    key: 'stay',
    act: 'stay',
    name: one ? 'Stay away until it’s done' : 'Stay away until they’re done',
    facts: 'No new chats. You go offline when the last one is closed.',
    tag: '',
    tone: '',
    staff: null,
  };
  return [queue, ...colleagues(desk, teams), stay];
}

/** What is chosen before anybody chooses: nobody is left alone in a queue. @param {Way[]} ways */
export const likely = (ways) => (ways[0].tone === 'ok' ? ways[0].key : 'stay');

/** The text of the button: what will happen. @param {Way|undefined} way @param {Intent} intent */
export function doneWords(way, intent) {
  if (way?.act === 'stay') return 'Stay away until done';
  return intent === 'offline' ? 'Hand over, go offline' : 'Hand over, sign out';
}

/** @param {Row[]} rows */
const teamsOf = (rows) => [...new Set(rows.flatMap(({ about }) => (about ? [about.team] : [])))];

/** How many others take new chats of a team. @param {Desk} desk @param {string} team */
function available({ queues, serves }, team) {
  const all = queues.find((queue) => queue.team === team)?.available ?? 0;
  return Math.max(0, all - (serves(team) ? 1 : 0));
}

/** @param {Desk} desk @param {string[]} teams @returns {Way[]} those who speak a customer's language first */
function colleagues({ rows, staff, me, teamName }, teams) {
  const needed = new Set(rows.map(({ about }) => foreignLanguage(about?.locale ?? null)));
  /** @param {Colleague} one */
  const spoken = ({ languages = [] }) => languages.map(languageOf).filter((name) => needed.has(name));
  return staff
    .filter((one) => one.staff !== me && one.free >= rows.length && teams.every((team) => serves(one, team)))
    .sort((a, b) => spoken(b).length - spoken(a).length || b.free - a.free || a.name.localeCompare(b.name))
    .slice(0, COLLEAGUES)
    .map((one) => ({
      key: one.staff,
      act: 'staff',
      name: `To ${one.name}`,
      facts: [...one.teams.map(teamName), ...spoken(one).map((name) => `speaks ${name}`)].join(', '),
      tag: `${one.held} of ${one.capacity}`,
      tone: '',
      staff: { staff: one.staff, name: one.name },
    }));
}
