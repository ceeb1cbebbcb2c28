// aws-jwt-verify's generic JwtVerifier over https: it must accept our tokens
// and refuse what is not meant for it. (Its CognitoJwtVerifier knows no issuer
// but Amazon's.)
//
// Settings: issuer, client_id, id_token, access_token. It says {result}. The
// server's own certificate authority comes by NODE_EXTRA_CA_CERTS.
import { JwtVerifier } from 'aws-jwt-verify';
import { refused, run, say, settings } from './talk.mjs';

run(async () => {
  const { issuer, client_id: clientID, id_token: idToken, access_token: accessToken } = settings;

  const forID = JwtVerifier.create({ issuer, audience: clientID, customJwtCheck: use('id') });
  // A Cognito access token has client_id where others have aud.
  const forAccess = JwtVerifier.create({
    issuer,
    audience: null,
    customJwtCheck: ({ payload, header }) => {
      use('access')({ payload, header });
      if (payload.client_id !== clientID) throw new Error(`client_id is ${payload.client_id}`);
    },
  });

  const id = await forID.verify(idToken);
  const access = await forAccess.verify(accessToken);
  say({
    result: {
      id,
      access,
      refused: {
        'another audience': await refused(JwtVerifier.create({ issuer, audience: 'somebody else' }).verify(idToken)),
        'another issuer': await refused(JwtVerifier.create({ issuer: `${issuer}x`, audience: clientID, jwksUri: `${issuer}/.well-known/jwks.json` }).verify(idToken)),
        'an access token as ID token': await refused(forID.verify(accessToken)),
        'an ID token as access token': await refused(forAccess.verify(idToken)),
        'a changed claim': await refused(forID.verify(withClaim(idToken, 'sub', 'somebody else'))),
      },
    },
  });
});

function use(wanted) {
  return ({ payload }) => {
    if (payload.token_use !== wanted) throw new Error(`token_use is ${payload.token_use}`);
  };
}

// withClaim is the token with one claim changed under the old signature.
function withClaim(token, name, value) {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  claims[name] = value;
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}
