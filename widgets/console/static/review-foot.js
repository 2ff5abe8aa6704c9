/**
 * The line of keys below the review, and the banner above it about judgements that wait.
 *
 * @import { ReviewWork } from './review-work.js'
 */

import { span } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { WorkPart } from './work-part.js';

/** @typedef {{keys: string[], name: string, less?: boolean}} Hint `less`: not where there is little room */

/** The keys that do something now. @param {ReviewWork} work @returns {Hint[]} */
export function hints({ rows, singleKeys, current }) {
  const save = { keys: ['↵'], name: 'save' };
  if (!singleKeys) return [save, { keys: [COMMAND, '/'], name: 'all keys' }];
  const card = [
    { keys: rows.length > 1 ? ['1', '–', String(rows.length)] : ['1'], name: 'score' },
    { keys: ['Y'], name: 'yes to the rest', less: true },
  ];
  return [
    { keys: ['A'], name: 'right code' },
    ...(current?.code ? [{ keys: ['C'], name: 'correct' }] : []),
    ...(rows.length ? card : []),
    { keys: ['F'], name: 'feedback' },
    save,
    { keys: ['G'], name: 'next gap', less: true },
    { keys: ['J', 'K'], name: 'move', less: true },
    { keys: ['Z'], name: 'undo', less: true },
    { keys: ['?'], name: 'all keys' },
  ];
}

/** @extends {WorkPart<ReviewWork>} */
class ReviewFoot extends WorkPart {
  /** @override */
  render() {
    const { last, waiting } = this.work;
    const saved = last !== null && !waiting.has(last);
    return html`<footer class="rv-keys" aria-label="Keys">${hints(this.work).map(({ keys, name, less }) => html`<span class=${less ? 'of less' : 'of'}>${keys.map((key) => (key === '–' ? '–' : html`<kbd class="kbd">${key}</kbd>`))} ${name}</span>`)}
      <span class="end" role="status">${last === null ? nothing : html`${saved ? 'Saved' : 'Waits:'} #${last} · <button type="button" class="textbtn" @click=${() => this.work.undo()}>Undo</button>`}</span></footer>`;
  }
}

/** @extends {WorkPart<ReviewWork>} */
class ReviewBanner extends WorkPart {
  /** @override */
  render() {
    return html`<div role="status">${this.#said()}</div>`;
  }

  #said() {
    const { waiting } = this.work;
    const { count, lostAt, broken, back } = waiting;
    const send = () => void waiting.send();
    if (lostAt !== null && broken)
      return html`<p class="banner danger">${icon('database')}<span><b>Nothing can be saved right now.</b> What you filled in stays on this page.</span><button type="button" class="textbtn" @click=${send}>Retry</button></p>`;
    if (lostAt !== null)
      return html`<p class="banner">${icon('wifi-off')}<span><b>No connection.</b> ${count === 1 ? '1 judgement waits here and is' : `${count} judgements wait here and are`} saved when you are back. Go on reading.</span><button type="button" class="textbtn" @click=${send}>Now</button></p>`;
    if (back)
      return html`<p class="banner ok">${icon('wifi')}<span><b>Back after ${span(back.ms)}.</b> ${back.saved === 1 ? 'The judgement is saved.' : `All ${back.saved} judgements are saved.`}</span></p>`;
    return nothing;
  }
}

customElements.define('review-foot', ReviewFoot);
customElements.define('review-banner', ReviewBanner);
