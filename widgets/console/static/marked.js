/** A text with the words that were searched for marked. */

import { html } from '../shared/vendor/lit-html.js';
import { piecesOf } from './hits.js';

/** @param {string} text @param {Array<[number, number]>} highlights */
export const marked = (text, highlights) =>
  piecesOf(text, highlights).map((piece) => (piece.hit ? html`<mark>${piece.text}</mark>` : piece.text));
