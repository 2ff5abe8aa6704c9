/** The line about the chat that was just closed, with Undo and a link to its ticket. */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { Part } from './work-part.js';

class AfterCloseLine extends Part {
  /** @override */
  render() {
    const { line } = this.work.endings.finished;
    return html`<div role="status" class="after">${
      line
        ? html`<p>${icon('ticket')}<span>${line.words}</span>${line.undo ? html`<button type="button" class="textbtn" @click=${() => this.work.endings.undo()}>Undo</button>` : nothing}<a class="textbtn" href="/tickets/${line.ticket}">Open<span class="sr"> ticket #${line.ticket}</span></a><button type="button" class="icon-btn" aria-label="Dismiss" @click=${() => this.work.endings.finished.dismiss()}>${icon('x')}</button></p>`
        : nothing
    }</div>`;
  }
}

customElements.define('after-close', AfterCloseLine);
