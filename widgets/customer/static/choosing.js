/**
 * The team and the product of a new conversation: what the customer chose, or the page around. Nothing is preset that
 * may be wrong.
 *
 * @import { Team } from '../shared/types.js'
 * @import { Memory } from './memory.js'
 * @import { Visit } from './visit.js'
 */

/** The answer "I'm not sure". No team has this key. */
export const UNSURE = '?';

/** What a team helps with, in the customer's language where the desk has it. @param {Team} team @param {string} locale */
export const topicOf = ({ name, topic, topics }, locale) => topics?.[locale.slice(0, 2)] ?? topic ?? name;

export class Choosing {
  /** What the page around has chosen. @type {{team?: string, product?: string}} */
  suggested = {};

  /**
   * @param {Object} options
   * @param {Visit} options.visit
   * @param {Memory} options.memory
   * @param {{team: string, product: string}} options.form
   * @param {string|null} options.given the team that the page around has set
   */
  constructor({ visit, memory, form, given }) {
    this.visit = visit;
    this.memory = memory;
    this.form = form;
    this.given = given;
  }

  /** Teams that can be chosen. */
  get teams() {
    const given = this.#of(this.given);
    return given ? [given] : this.visit.teams;
  }

  /** The customer is asked what it is about. */
  get asks() {
    return this.teams.length > 1 && !this.#of(this.suggested.team);
  }

  /** The chosen team; none before there is a choice. @returns {Team|undefined} */
  get team() {
    const { teams, form } = this;
    if (teams.length === 1) return teams[0];
    return form.team === UNSURE
      ? (teams.find((team) => team.default) ?? teams[0])
      : teams.find(({ team }) => team === form.team);
  }

  /** Products to choose from; none if the page around has chosen. */
  get products() {
    const { team, suggested } = this;
    const all = team?.products ?? [];
    return all.length < 2 || all.includes(suggested.product ?? '') ? [] : all;
  }

  /** A product of the chosen team: the only one, the chosen one, or that of last time; empty for none. */
  get product() {
    const all = this.team?.products ?? [];
    if (all.length === 1) return all[0];
    const chosen = this.form.product || this.memory.get('product') || '';
    return all.includes(chosen) ? chosen : '';
  }

  /** Nobody takes chats now: the chosen team is closed, or all are. */
  get shut() {
    const { team, teams } = this;
    return team ? !team.open : teams.length > 0 && teams.every(({ open }) => !open);
  }

  /** Open, but nobody is available. */
  get unstaffed() {
    const asked = this.team ? [this.team] : this.teams;
    const open = asked.filter((team) => team.open);
    return open.length > 0 && open.every(({ staffed }) => staffed === false);
  }

  /** The team of which the closed form tells the hours: the chosen one, or the next to open. */
  get closedTeam() {
    const { team, teams } = this;
    const at = (/** @type {Team} */ { opens_at: opens }) =>
      opens ? new Date(opens).getTime() : Number.POSITIVE_INFINITY;
    return team ?? [...teams].sort((a, b) => at(a) - at(b))[0];
  }

  /** @param {string|null|undefined} key */
  #of(key) {
    return this.visit.teams.find(({ team }) => team === key);
  }
}
