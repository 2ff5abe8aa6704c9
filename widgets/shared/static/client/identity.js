/** Reads a signed identity, to tell one account from another. Only the desk verifies it. */

/** @typedef {{name: string|null, email: string|null}} Proof what a signed identity says of somebody */

/** @param {string} jwt @returns {string|null} the same for the same account; null for what is no JWT with a `sub` */
export function accountOf(jwt) {
  const [head, claims] = partsOf(jwt);
  return typeof claims?.sub === 'string' ? JSON.stringify([head.kid ?? null, claims.sub]) : null;
}

/** @param {string} jwt @returns {Proof} */
export function proofOf(jwt) {
  const [, claims] = partsOf(jwt);
  const text = (/** @type {unknown} */ claim) => (typeof claim === 'string' && claim.trim() ? claim.trim() : null);
  return { name: text(claims?.name), email: text(claims?.email) };
}

/** Header and claims; empty if it is not a JWT. @param {string} jwt */
function partsOf(jwt) {
  try {
    return jwt
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(decoded(part)));
  } catch {
    return [];
  }
}

/** @param {string} part base64url of UTF-8 */
function decoded(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
