// Package token signs: it holds a pool's signing keys, says what our tokens claim, makes them, and verifies our own
// access tokens when they come back.
//
// A KeySet is one pool's keys: two at least, because Cognito signs ID and access tokens with different ones. A private key
// is behind Signer; rsa.go and ecdsa.go hold what differs between the algorithms, life.go when a key signs and when it is
// forgotten. A Mint makes
// the tokens of a sign-in (ForUser) or of a client on its own (ForClient) and reads access tokens (Verify). UserInfo is
// what the userInfo endpoint tells, which follows the same rules of scope in other JSON types.
//
// The package writes nothing and knows neither codes nor refresh tokens: grant decides who gets tokens.
package token
