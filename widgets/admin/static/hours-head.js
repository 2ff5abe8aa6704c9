/**
 * The head of the hours page: save, discard, undo, and what stands in the way.
 *
 * @import { HoursWork } from './hours-work.js'
 * @import { Change } from './hours-changes.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { countOf } from './hours-changes.js';
import { closingWords } from './hours-effects.js';
import { savedOf, savedWords } from './last-save.js';
import { daysWords, scheduleName, shortDay, zoneName } from './hours-words.js';

/** @extends {WorkPart<HoursWork>} */
class HoursHead extends WorkPart {
  /** It asked when it was last drawn. */
  #asks = false;

  /** @override */
  render() {
    const { hours, count, busy, undo, failure } = this.work;
    return html`
      <header class="pagehead">
        <h1>Hours and holidays</h1>
        ${hours && html`<p class="quiet">${zoneName(hours.timezone)}, <code>${hours.timezone}</code>. Saving writes <code>${hours.file}</code>.</p>`}
        <div class="acts save-bar">
          ${count && this.work.othersSaved ? html`<span class="quiet" id="save-waits">First choose below</span>` : nothing}
          ${
            count
              ? html`<button class="btn" type="button" ?disabled=${busy} @click=${() => this.work.discard()}>Discard</button>`
              : undo.length
                ? html`<button class="btn" type="button" ?disabled=${busy} @click=${() => this.work.takeBackSave()}>Undo</button>`
                : nothing
          }
          <button class="btn primary" type="button" aria-describedby=${this.work.othersSaved ? 'save-waits' : nothing} ?disabled=${busy || !count || Boolean(hours?.read_only) || this.work.othersSaved} @click=${() => this.work.save()}>
            ${busy && count ? 'Saving…' : count ? `Save ${count} ${count === 1 ? 'change' : 'changes'}` : 'Save'}
          </button>
        </div>
      </header>
      <div role="status" aria-live="polite">
        ${count && !busy && !hours?.read_only && !this.work.othersSaved ? html`<p class="note unsaved"><b>Not saved yet.</b> Look at what changes, then save.</p>` : nothing}
        ${!count && this.work.undone && !busy ? html`<p class="note done">Undone. The hours are as they were before.</p>` : nothing}
        ${!count && undo.length && !busy ? html`<p class="note done">Saved. The hours are in force.</p>` : nothing}
        ${failure ? html`<p class="note wrong">${failure}</p>` : nothing}
        ${hours?.faults.length ? html`<p class="note wrong"><b>The file on disk has a fault.</b> The hours before stay in force. ${hours.faults[0]}</p>` : nothing}
        ${hours?.read_only ? html`<p class="note">${hours.read_only}</p>` : nothing}
        ${this.work.othersSaved ? this.#conflict() : nothing}
        ${this.work.closing.length ? this.#question() : nothing}
      </div>`;
  }

  /** @override */
  updated() {
    const asks = this.work.closing.length > 0;
    if (asks && !this.#asks) this.one('#keep-open', HTMLElement).focus();
    this.#asks = asks;
  }

  /** The save would close a team while people wait in its queue. */
  #question() {
    const { closing, busy } = this.work;
    const names = closing.map(({ name }) => name).join(', ');
    return html`<div class="note wrong" role="group" aria-label="Not saved yet">
      <p><b>Not saved yet.</b></p>
      ${closing.map((one) => html`<p>${closingWords(one)}</p>`)}
      <button class="btn sm" id="keep-open" type="button" @click=${() => this.work.keepOpen()}>Go back</button>
      <button class="btn sm" type="button" ?disabled=${busy} @click=${() => this.work.confirm()}>Close ${names} now and save</button></div>`;
  }

  #conflict() {
    const { conflict, count, hours } = this.work;
    const saved = hours?.saved ?? null;
    const told = savedWords(saved, 'hours', Date.now());
    const kept = `Your ${count === 1 ? 'change is' : `${count} changes are`} kept.`;
    const touching = countOf(conflict);
    if (!conflict.length)
      return html`<div class="note"><p><b>${told}.</b> ${kept} None of them touches the same day.</p>
        <button class="btn sm" type="button" @click=${() => this.work.takeMine()}>Go on</button></div>`;
    return html`<div class="note wrong">
      <p><b>${told}.</b> ${kept} ${touching === 1 ? 'One of them touches' : `${touching} of them touch`} the same days: ${conflict.map(whatOf).join('; ')}.</p>
      <button class="btn sm" type="button" @click=${() => this.work.takeMine()}>Take mine for ${conflict.length === 1 ? 'that day' : 'those days'}</button>
      <button class="btn sm" type="button" @click=${() => this.work.keepTheirs()}>Keep ${savedOf(saved)}, save the rest</button></div>`;
  }
}

/** @param {Change} change */
function whatOf(change) {
  if (change.do === 'team') return `the hours of the team ${change.team}`;
  const name = scheduleName(change.schedule);
  if (['schedule', 'rename', 'remove', 'restore'].includes(change.do)) return `the schedule ${name}`;
  if (change.do === 'days') return `${name}, ${daysWords(change.first, change.last)}`;
  if (change.do === 'holiday') return `${name}, ${shortDay(change.day)}`;
  if (change.do === 'week') return `${name}, the regular week`;
  return `${name}, the calendar`;
}

customElements.define('hours-head', HoursHead);
