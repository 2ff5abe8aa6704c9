/** What the page around names and this desk does not have. Loaded where a page names something. */

/** @param {import('./choosing.js').Choosing} choosing @returns {string[]} for the makers of the page, in English */
export function faultsOf({ visit: { teams }, given, suggested: { team, product } }) {
  const keys = teams.map((one) => one.team);
  const found = [];
  if (given && !keys.includes(given)) found.push(`data-team="${given}" is none of ${keys.join(', ')}`);
  if (team && !keys.includes(team)) found.push(`start: team "${team}" is none of ${keys.join(', ')}`);
  const products = teams
    .filter((one) => !keys.includes(team ?? '') || one.team === team)
    .flatMap((one) => one.products);
  if (product && !products.includes(product))
    found.push(`start: product "${product}" is none of ${products.join(', ')}`);
  return found;
}
