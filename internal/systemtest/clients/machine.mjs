// openid-client as a machine: client credentials, by either way of showing the
// secret.
//
// Settings: issuer, client_id, client_secret, method (client_secret_basic or
// client_secret_post), scope, unknown_scope. It says {result}.
import * as client from 'openid-client';
import { oauthError, run, say, settings } from './talk.mjs';

const methods = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost };

run(async () => {
  const config = await discover(settings.client_secret);
  const tokens = await client.clientCredentialsGrant(config, { scope: settings.scope });
  const wrong = await discover(`not-${settings.client_secret}`);
  say({
    result: {
      access_token: tokens.access_token,
      others: ['id_token', 'refresh_token'].filter((name) => name in tokens),
      refused_scope: await oauthError(client.clientCredentialsGrant(config, { scope: settings.unknown_scope })),
      refused_secret: await oauthError(client.clientCredentialsGrant(wrong, { scope: settings.scope })),
    },
  });
});

function discover(secret) {
  const issuer = new URL(settings.issuer);
  const execute = issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [];
  return client.discovery(issuer, settings.client_id, secret, methods[settings.method](secret), { execute });
}
