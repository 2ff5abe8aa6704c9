/**
 * What an offer says. Pure.
 *
 * @import { Offer } from './offers.js'
 */

import { timer } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { foreignLanguage } from './languages.js';
import { waitOf } from './queue-waits.js';
import { nameOf } from './visitor.js';

/** Team, product, wait and language. @param {Offer} offer @param {string} team its name @param {number} now ms */
export function offerFacts({ about }, team, now) {
  const facts = [team, about.product, `waits ${timer(waitOf(about, now))}`, foreignLanguage(about.locale)];
  return facts.filter(Boolean).join(', ');
}

/** Who gets it when the time is over: `12 s, then Camille`. @param {Offer} offer @param {number} now ms */
export const thenWords = ({ until, next }, now) =>
  `${secondsLeft(until, now)} s, then ${next ? firstName(next) : 'the queue'}`;

/** @param {number} until ms @param {number} now ms */
export const secondsLeft = (until, now) => Math.max(0, Math.ceil((until - now) / 1000));

/** Announced once, without the clock. @param {Offer|undefined} offer @param {(team: string) => string} teamName */
export const announced = (offer, teamName) =>
  offer ? `New chat offer: ${nameOf(offer.about)}, ${teamName(offer.about.team)}` : '';
