/**
 * How long a chat in the queue waits, and why it goes ahead. Pure.
 *
 * @import { About } from '../shared/types.js'
 */

import { timer } from '../shared/moments.js';
import { ms } from './agent-chat.js';
import { foreignLanguage } from './languages.js';

/** The customer's wait, as in `longest_wait_s`: in this queue, or before it for an answer they were not given. @param {About} about @param {number} now @returns {number} ms */
export function waitOf({ waiting_since: since, reply_owed_since: owed, started_at: started }, now) {
  const from = [since, owed].flatMap((at) => (at ? [ms(at)] : []));
  return Math.max(0, now - Math.min(...(from.length ? from : [ms(started)])));
}

/** For the tooltip, where the wait began before this queue. @param {About} about @param {string} team its name @param {number} now @returns {string|null} */
export function teamWait(about, team, now) {
  const here = about.waiting_since && now - ms(about.waiting_since);
  return here && waitOf(about, now) - here >= 1_000 ? `In the queue for ${team}: ${timer(here)}` : null;
}

/** The same for a whole queue. @param {{longest_wait_s: number, queued_s?: number}} queue as it was told @param {number} ago in s @param {string} team its name */
export function queueWait({ longest_wait_s: longest, queued_s: queued = longest }, ago, team) {
  const here = queued < longest ? ` In the queue for ${team}: ${timer((queued + ago) * 1000)}` : '';
  return `Since they last had an answer.${here}`;
}

/** The customer's first words, if they say more than the subject. @param {About} about */
export const firstWords = ({ words, subject }) => (words && words !== subject ? words : '');

/** What an agent reads before they take it: why it goes ahead, whether it is offered, product, language, subject. @param {About} about */
export function waitingFacts(about) {
  const offered = about.state === 'offered' && 'offered to an agent';
  const facts = [aheadOf(about), offered, about.product, foreignLanguage(about.locale), about.subject];
  return facts.filter(Boolean).join(' · ');
}

/** The order in which they are given to agents, of those who came first first. @template {About} T @param {T[]} waiting in the order in which they came @returns {T[]} */
export const inQueueOrder = (waiting) => [...waiting].sort((a, b) => rank(a) - rank(b));

/** @param {About} about */
const rank = ({ vip, came_back: back }) => (vip ? -2 : 0) + (back ? -1 : 0);

/** Why it goes ahead of chats that came earlier. @param {About} about */
export function aheadOf({ vip, came_back: back }) {
  const why = [vip && 'VIP', back && 'came back'].filter(Boolean);
  return why.length ? `ahead: ${why.join(', ')}` : '';
}
