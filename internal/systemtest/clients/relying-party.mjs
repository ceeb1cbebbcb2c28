// openid-client as a relying app: the code flow with PKCE, state and nonce, the
// ID token's signature checked, userInfo, two refreshes and revocation.
//
// Settings: issuer, client_id, client_secret (absent for a public client),
// redirect_uri, scope. It says {authorize: url}, hears {callback: url}, and says
// {result}.
import * as client from 'openid-client';
import { hear, oauthError, run, say, settings } from './talk.mjs';

run(async () => {
  const issuer = new URL(settings.issuer);
  const insecure = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  const config = await client.discovery(
    issuer,
    settings.client_id,
    settings.client_secret,
    settings.client_secret ? client.ClientSecretBasic(settings.client_secret) : client.None(),
    { execute: [...insecure, client.enableNonRepudiationChecks] },
  );

  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const authorize = client.buildAuthorizationUrl(config, {
    redirect_uri: settings.redirect_uri,
    scope: settings.scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  say({ authorize: authorize.href });

  const { callback } = await hear();
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  const tokens = await client.authorizationCodeGrant(config, new URL(callback), checks);
  const claims = tokens.claims();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);

  // Before the code is replayed: a replay may end the whole family.
  const later = tokens.refresh_token ? await refreshAndRevoke(config, tokens) : {};
  say({
    result: {
      claims,
      userinfo,
      token_type: tokens.token_type,
      expires_in: tokens.expires_in,
      ...later,
      refused_replay: await oauthError(client.authorizationCodeGrant(config, new URL(callback), checks)),
    },
  });
});

// refreshAndRevoke refreshes twice and ends the tokens. Where refresh tokens
// rotate, the second refresh and the revocation are of the newest.
async function refreshAndRevoke(config, tokens) {
  const once = await client.refreshTokenGrant(config, tokens.refresh_token);
  const second = once.refresh_token ?? tokens.refresh_token;
  const twice = await client.refreshTokenGrant(config, second);
  const newest = twice.refresh_token ?? second;
  await client.tokenRevocation(config, newest);
  return {
    refreshed_subs: [once.claims()?.sub, twice.claims()?.sub],
    access_tokens: new Set([tokens, once, twice].map((answer) => answer.access_token)).size,
    rotated: second !== tokens.refresh_token && newest !== second,
    refused_after_revocation: await oauthError(client.refreshTokenGrant(config, newest)),
  };
}
