/**
 * Changes that the command palette makes, with Undo. A move after which the reader no longer sees the ticket could not be
 * taken back: it is asked about before. It draws nothing.
 *
 * @import { TicketWork } from './ticket-work.js'
 * @typedef {{words: string, undo: () => void, go?: () => void}} Line `go`: makes the change, which waits for it
 */

import { Refused } from '../shared/http.js';
import { changes, toForm } from './properties.js';

export class Undoing {
  /** @type {Line|null} */
  line = null;
  #draw;
  /** What the line says is still so. */
  #holds = () => true;

  /** @param {TicketWork} work @param {(line: Line|null) => void} draw */
  constructor(work, draw) {
    this.work = work;
    this.#draw = draw;
    // What somebody else has changed since is not undone.
    work.addEventListener('change', () => this.line && !this.#holds() && this.show(null));
  }

  /** @param {Line|null} line */
  show(line) {
    this.line = line;
    this.#holds = () => true;
    this.#draw(line);
  }

  /** Changes the team or the assignee, at once unless other changes wait to be saved. @param {'team'|'assignee'} name @param {string} value */
  async set(name, value) {
    const { work } = this;
    if (work.changed.length || !work.ticket) return work.set(name, value);
    const { team, assignee } = work.form;
    const { teams } = work.me;
    if (name === 'assignee') return this.#save({ assignee: value }, `Assigned to ${this.#person(value)}`, { assignee });
    const moved = `Moved to ${work.teamName(value)}`;
    if (!teams.length || teams.includes(value)) return this.#save({ team: value }, moved, { team, assignee });
    this.show({
      words: `You’re not on ${work.teamName(value)}, and won’t see this ticket after the move.`,
      undo: () => this.show(null),
      go: () => this.#move(value),
    });
  }

  /** @param {string} id of staff */
  #person(id) {
    return id === this.work.me.id ? 'you' : this.work.nameOf(id);
  }

  /** Whoever moved it away has handled it. @param {string} team */
  async #move(team) {
    this.show(null);
    if (await this.#saved({ team })) this.work.dispatchEvent(new Event('moved'));
  }

  /** @param {Record<string, string>} change @param {string} words @param {Record<string, string>} before */
  async #save(change, words, before) {
    this.show(null);
    if (!(await this.#saved(change))) return;
    const values = () => JSON.stringify(this.#stored(Object.keys(before)));
    const after = values();
    this.did(
      words,
      () => this.#restore(before),
      () => values() === after,
    );
  }

  /** @param {string[]} names */
  #stored(names) {
    const form = this.work.ticket ? toForm(this.work.ticket) : {};
    return names.map((name) => form[name]);
  }

  /** Only these fields: others may be half typed. @param {Record<string, string>} before */
  async #restore(before) {
    const { work } = this;
    const { ticket } = work;
    if (!ticket) return;
    const body = changes(ticket, { ...toForm(ticket), ...before });
    try {
      await work.ask('PATCH', work.address, { body, headers: { 'If-Match': `"${ticket.version}"` } });
      this.show(null);
      work.said = 'Undone';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      work.refuse(error.fields, error.message);
    }
    await work.catchUp();
  }

  /** @param {Record<string, string>} change @returns {Promise<boolean>} false if it was refused, or if somebody else was faster */
  async #saved(change) {
    const { work } = this;
    for (const [name, value] of Object.entries(change)) work.set(name, value);
    await work.save();
    return !work.changed.length && !work.conflict;
  }

  /** A change was made. @param {string} words @param {() => void} undo @param {() => boolean} holds it is still so */
  did(words, undo, holds) {
    this.show({ words, undo });
    this.#holds = holds;
  }
}
