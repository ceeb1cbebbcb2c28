// Package grant exchanges: an authorization code, a refresh token or a client's own credentials for tokens.
//
// Every exchange runs through one pipeline (Exchanger.Exchange): the client is authenticated, once and for all grants; the
// grant proves its own part; token signs; then, where the grant changes something, one durable commit; and only then is
// anything handed out. So a check that all grants need cannot be forgotten in one of them.
//
// Signing comes before the commit. A process that dies, or a signature that fails, between the two leaves nothing: no
// family without tokens, no spent code. A commit that fails (the code was spent meanwhile) leaves tokens that nobody ever
// saw. And no transaction ever waits for an RSA signature. The price is that a replayed code costs two signatures before
// it is refused, which only the right client with the right verifier can cause.
//
// Durable writes: code exchange 1; implicit response 1; refresh 0, with rotation 1; client credentials 0; revocation of a token
// or of all of a user 1, of a client one for each 500 families; userInfo 0; issuing a
// code 0, for a code is sealed, not stored.
//
// The package knows no HTTP. Errors meant for the relying app are *oauth.Error; any other error is ours to log.
package grant
