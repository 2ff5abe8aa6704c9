// node identity.js KID: reads {"desk", "secret", "user": {"id", "email", "name"}} and prints a signed identity.
import { createHmac, randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** @param {{id: string, email: string, name: string}} user @param {{desk: string, secret: string, kid?: string}} site */
export function identityOf(user, { desk, secret, kid }) {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'HS256', typ: 'JWT', kid };
  const claims = {
    aud: desk,
    sub: user.id,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    email: user.email,
    email_verified: true,
    name: user.name,
  };
  const part = (/** @type {object} */ value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { user, ...site } = JSON.parse(await text(process.stdin));
  process.stdout.write(identityOf(user, { ...site, kid: process.argv[2] }));
}
