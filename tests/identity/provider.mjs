/** An OpenID Connect provider for tests: npm's `oidc-provider`, with a sign-in page that needs no password. */
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const { redirectUris, clientId, clientSecret, people } = JSON.parse(process.argv[2]);
const choice = (who) =>
  `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Sign in</title><h1>Who are you?</h1>${who.map((one) => `<p><a href="?as=${one}">${one}</a></p>`).join('')}</html>`;
// Redirect URIs of a native client on the loopback address may have any port.
const onLoopback = redirectUris.every((uri) => uri.startsWith('http://127.0.0.1/'));
const server = createServer((request, response) => handle(request, response));
let handle;
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, application_type: onLoopback ? 'native' : 'web', redirect_uris: redirectUris }],
    claims: { openid: ['sub', 'acr', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    acrValues: [...new Set(Object.values(people).flatMap(({ acr }) => acr ?? []))],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  const served = provider.callback();
  handle = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer);
    if (!pathname.startsWith('/interaction/')) return served(request, response);
    // The person whom the test or the page names signs in and agrees to everything.
    const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
    const accountId = searchParams.get('as') ?? session?.accountId;
    if (!accountId && !searchParams.has('denied')) {
      response.setHeader('Content-Type', 'text/html');
      return response.end(choice(Object.keys(people)));
    }
    if (searchParams.has('denied')) {
      return provider.interactionFinished(request, response, { error: 'access_denied' });
    }
    const result = prompt.name === 'login' ? { login: { accountId, amr: people[accountId]?.amr, acr: people[accountId]?.acr } } : { consent: {} };
    if (prompt.name === 'consent') {
      const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId, clientId: params.client_id });
      grant.addOIDCScope('openid email profile');
      result.consent.grantId = await grant.save();
    }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  };
  console.log(issuer);
});
