// oidc-provider, a certified OpenID provider, as the upstream Portico brokers.
// PKCE is required, claims are at the userinfo endpoint only, and the one page
// it has asks who the person is.
//
// Settings: client_id, client_secret, redirect_uri, people (subject to claims).
// It says {issuer} once it answers, takes {people} as the people there are from
// now on, and ends when the test closes the line.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { hear, run, say, settings } from './talk.mjs';

run(async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  const others = provider.callback();
  server.on('request', (request, response) => {
    const isPage = new URL(request.url, issuer).pathname.startsWith('/interaction/');
    (isPage ? interaction(provider, request, response) : others(request, response))?.catch?.((error) => {
      console.error(error);
      response.writeHead(500).end();
    });
  });
  provider.on('server_error', (_, error) => console.error(error));
  say({ issuer });
  for (let next = await hear(); next !== undefined; next = await hear()) {
    settings.people = next.people;
    say({ changed: true });
  }
});

function configuration() {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return {
    clients: [{
      client_id: settings.client_id,
      client_secret: settings.client_secret,
      redirect_uris: [settings.redirect_uri],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name'] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, id) => settings.people[id] && { accountId: id, claims: () => ({ sub: id, ...settings.people[id] }) },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256', kid: 'upstream' }] },
    loadExistingGrant: grantEverything,
    pkce: { required: () => true },
  };
}

// grantEverything consents to what the client asks for: the person has been
// asked enough by signing in.
async function grantEverything({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope([...oidc.requestParamScopes].join(' '));
  await grant.save();
  return grant;
}

async function interaction(provider, request, response) {
  if (request.method === 'GET') {
    const { prompt } = await provider.interactionDetails(request, response);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(`<!doctype html><html lang="en"><title>Upstream</title><h1>Upstream: ${prompt.name}</h1>
<form method="post"><label>Subject <input name="subject"></label><button name="continue">Continue</button></form>`);
    return;
  }
  const body = new URLSearchParams(await text(request));
  const subject = body.get('subject');
  const result = settings.people[subject]
    ? { login: { accountId: subject } }
    : { error: 'access_denied', error_description: 'nobody of that name' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function text(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 10_000) throw new Error('body too long');
  }
  return body;
}
