/** Divides a text at the words that a search found. Pure. */

/**
 * The pieces of a text, in order.
 * @param {string} text @param {Array<[number, number]>} highlights start and end in code points, in order
 * @returns {Array<{text: string, hit: boolean}>}
 */
export function piecesOf(text, highlights) {
  const points = [...text];
  const pieces = [];
  let at = 0;
  for (const [start, end] of highlights) {
    if (start > at) pieces.push({ text: points.slice(at, start).join(''), hit: false });
    pieces.push({ text: points.slice(start, end).join(''), hit: true });
    at = end;
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join(''), hit: false });
  return pieces;
}
