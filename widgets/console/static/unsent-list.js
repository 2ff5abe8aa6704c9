/** Unsent texts among the banners, and below a chat that is over: for whom, why they were not sent, with buttons to copy or delete. */

/** @import { AgentWork } from './agent-work.js' */
/** @import { Piece } from './unsent.js' */

import { icon } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { Part } from './work-part.js';
import { unsentWords } from './unsent.js';

/** Buttons for an unsent text. @param {Piece} piece @param {{work: AgentWork, gone?: () => void}} of `gone`: it was deleted */
function acts(piece, { work, gone = () => {} }) {
  const of = html`<span class="sr"> ${piece.kind === 'note' ? 'the note about' : 'your message to'} ${piece.who || NAMELESS}</span>`;
  const remove = () => {
    work.drop(piece);
    gone();
  };
  return html`<span class="acts">${piece.held ? html`<button type="button" class="textbtn" @click=${() => work.enter(piece.chat)}>Show${of}</button>` : nothing}${
    piece.text ? html`<button type="button" class="textbtn" @click=${copies}>Copy${of}</button>` : nothing
  }<button type="button" class="textbtn" @click=${remove}>Delete${of}</button><span class="said" role="status"></span></span>`;
}

/** @param {Event} event */
async function copies({ currentTarget }) {
  const button = /** @type {HTMLElement} */ (currentTarget);
  const text = button.closest('[data-unsent]')?.querySelector('q');
  const said = button.parentElement?.querySelector('.said');
  if (!text || !said) return;
  try {
    await navigator.clipboard.writeText(text.textContent ?? '');
    said.textContent = 'Copied';
  } catch {
    // Not every browser lets a page write there.
    getSelection()?.selectAllChildren(text);
    said.textContent = `Selected: copy it with ${COMMAND} C`;
  }
}

class UnsentList extends Part {
  #open = true;

  /** @override */
  render() {
    const pieces = this.work.unsent;
    const look = pieces.some(({ entry }) => entry) ? 'danger' : '';
    return html`<section class="left ${look}" aria-label="Not sent" ?hidden=${!pieces.length}>
      <p class="banner ${look}">${icon('circle-alert')}<span role="alert">${pieces.length ? html`<b>${unsentWords(pieces)}</b>` : nothing}</span><button type="button" class="textbtn" aria-expanded=${this.#open} @click=${this.#turn}>${this.#open ? 'Hide' : 'Show'}</button></p>
      ${
        this.#open
          ? html`<ul>${repeat(
              pieces,
              ({ key }) => key,
              (piece) => this.#piece(piece),
            )}</ul>`
          : nothing
      }
    </section>`;
  }

  #turn() {
    this.#open = !this.#open;
    this.requestUpdate();
  }

  /** @param {Piece} piece */
  #piece(piece) {
    const { who, kind, text, files, reason } = piece;
    return html`<li data-unsent=${piece.key}><span class="two"><b class="cut" dir="auto">${who || NAMELESS}</b><small>${[kind === 'reply' ? '' : kind, reason].filter(Boolean).join(', ')}</small></span>
      <span>${text ? html`<q dir="auto">${text}</q>` : nothing}${files ? html` <small>${files === 1 ? '1 file' : `${files} files`}</small>` : nothing}</span>
      ${acts(piece, { work: this.work, gone: () => this.#gone(piece) })}</li>`;
  }

  /** The focus goes on to the next one. @param {Piece} piece */
  async #gone({ key }) {
    const rows = [...this.querySelectorAll('[data-unsent]')];
    const at = rows.findIndex((row) => row.getAttribute('data-unsent') === key);
    await this.updateComplete;
    const left = [...this.querySelectorAll('[data-unsent]')];
    const next =
      (left[at] ?? left.at(-1))?.querySelector('.acts button:last-of-type') ?? document.getElementById('talk');
    if (next instanceof HTMLElement) next.focus();
  }
}

customElements.define('unsent-list', UnsentList);

/** Texts that were not sent before the chat on the screen was over. */
class ChatUnsent extends Part {
  /** @override */
  render() {
    const { work } = this;
    const gone = () => /** @type {HTMLElement|null} */ (this.closest('.ended'))?.focus();
    return work
      .begun(work.chosen ?? '')
      .map(
        (piece) =>
          html`<div class="unsent" data-unsent=${piece.key}><p><b>Not sent</b> <q dir="auto">${piece.text}</q></p>${acts(piece, { work, gone })}</div>`,
      );
  }
}

customElements.define('chat-unsent', ChatUnsent);
