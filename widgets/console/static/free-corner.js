/**
 * A corner of the window for a card that covers no field in use. Pure.
 *
 * @typedef {{top: number, left: number, bottom: number, right: number}} Box
 * @typedef {'end'|'start'|'top'} Corner bottom right, bottom left, top right
 */

/** @type {Corner[]} */
const CORNERS = ['end', 'start', 'top'];

/**
 * The first corner in which the card does not cover the field; the bottom right one if there is none.
 * @param {{width: number, height: number}} card with its margin @param {{width: number, height: number, top: number}} room `top`: below the bar
 * @param {Box|null} field in use @returns {Corner}
 */
export function freeCorner(card, room, field) {
  if (!field) return 'end';
  return CORNERS.find((corner) => !overlap(boxAt(corner, card, room), field)) ?? 'end';
}

/** @param {Corner} corner @param {{width: number, height: number}} card @param {{width: number, height: number, top: number}} room @returns {Box} */
function boxAt(corner, { width, height }, room) {
  const top = corner === 'top' ? room.top : room.height - height;
  const left = corner === 'start' ? 0 : room.width - width;
  return { top, left, bottom: top + height, right: left + width };
}

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
