/** Whose a signed identity is. The desk checks it; here it is only read, to tell one account from another. */

/** @param {string} jwt @returns {string|null} the same for the same account; null for what is no JWT with a `sub` */
export function accountOf(jwt) {
  try {
    const [head, claims] = jwt.split('.').slice(0, 2).map((part) => JSON.parse(decoded(part)));
    return typeof claims.sub === 'string' ? JSON.stringify([head.kid ?? null, claims.sub]) : null;
  } catch {
    return null;
  }
}

/** @param {string} part base64url of UTF-8 */
function decoded(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
