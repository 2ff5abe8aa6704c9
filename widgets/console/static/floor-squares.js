/**
 * The square to which a key leads. Pure.
 * @template T
 * @param {T[][]} rows the squares of each agent @param {T} from @param {string} code of the key @returns {T|undefined}
 */
export function nextSquare(rows, from, code) {
  const filled = rows.filter((row) => row.length);
  const at = filled.findIndex((row) => row.includes(from));
  const row = filled[at];
  if (!row) return undefined;
  const column = row.indexOf(from);
  const inRow = (/** @type {T[]|undefined} */ other) => other?.[Math.min(column, other.length - 1)];
  switch (code) {
    case 'ArrowRight':
      return row[column + 1] ?? filled[at + 1]?.[0];
    case 'ArrowLeft':
      return row[column - 1] ?? filled[at - 1]?.at(-1);
    case 'ArrowDown':
      return inRow(filled[at + 1]);
    case 'ArrowUp':
      return inRow(filled[at - 1]);
    case 'Home':
      return row[0];
    case 'End':
      return row.at(-1);
    default:
      return undefined;
  }
}
