// Package userpool holds the nouns and rules of a user pool: pools, app clients, identity providers, users, and the
// addresses a pool is published under.
//
// It does no input or output. Rooms below it act on these nouns: directory keeps users over time, login decides one
// sign-in, grant exchanges credentials for tokens, token signs them. The package store remembers everything.
//
// Verbs, here and in the rooms below: Parse reads text that may be wrong, New creates, From converts an API document
// into a noun, Take reads and deletes in one step.
//
// What logic reads is a plain field of our own; what is only carried keeps the type of the AWS SDK (the API field of
// Pool and AppClient), because the SDK's structs are the wire types of the user pools API.
package userpool
