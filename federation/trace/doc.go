// Package trace says why a sign-in at an identity provider ended as it did.
//
// A Recorder travels in the request's context. The rooms that work on the sign-in tell it what they do (Start), what they
// checked (Pass, Fail), what the provider said (Said) and what became of it (Mapped). Without a recorder in the context
// every call does nothing, so nobody needs to ask whether a trace is wanted.
//
// A sign-in is two requests with a person in between: the first leaves for the provider, the second comes back. Leave gives
// what the second must know of the first; it travels in the sealed attempt, and Resume takes it up again. The reference of
// the first request is the trace's own.
//
// What is recorded is redacted when it is recorded, not when it is shown: of values only their shape is kept, and secrets,
// tokens and codes not at all. A finished trace is packed (Pack) into at most 16 KB. That of a success is stored by the
// sign-in's own commit; a failure goes through a Queue, which bounds how many are stored, so that strangers cannot fill
// the database.
//
// The package knows neither HTTP nor SQL nor any protocol.
package trace
