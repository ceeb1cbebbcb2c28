// openid-client as a relying app: the code flow with PKCE, state and nonce, the
// ID token's signature checked, userInfo, refresh and revocation.
//
// Settings: issuer, client_id, client_secret (absent for a public client),
// redirect_uri, scope. It says {authorize: url}, hears {callback: url}, and says
// {result}.
import * as client from 'openid-client';
import { hear, run, say, settings } from './talk.mjs';

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

  // Once more, before the code is replayed: a replay may end the whole family.
  const refreshed = tokens.refresh_token ? await client.refreshTokenGrant(config, tokens.refresh_token) : undefined;
  let revoked = false;
  let refusedAfterRevocation = '';
  if (tokens.refresh_token && config.serverMetadata().revocation_endpoint) {
    await client.tokenRevocation(config, tokens.refresh_token);
    revoked = true;
    refusedAfterRevocation = await oauthError(client.refreshTokenGrant(config, tokens.refresh_token));
  }
  say({
    result: {
      claims,
      userinfo,
      token_type: tokens.token_type,
      expires_in: tokens.expires_in,
      refreshed_sub: refreshed?.claims()?.sub,
      refreshed_access_token: Boolean(refreshed?.access_token),
      revoked,
      refused_after_revocation: refusedAfterRevocation,
      refused_replay: await oauthError(client.authorizationCodeGrant(config, new URL(callback), checks)),
    },
  });
});

// oauthError is the OAuth error code the promise was rejected with.
async function oauthError(promise) {
  try {
    await promise;
    return '';
  } catch (error) {
    return error.error ?? `${error.name}: ${error.code}`;
  }
}
