// Package store remembers: every SQL statement of the program is here, and nothing but statements. It satisfies the
// Storage interfaces that login, grant and directory declare, and keeps the settings of pools. It decides nothing that a
// room could decide; what it does decide is what only one commit can: who came first.
//
// Two databases behind one text. SQLite is embedded, needs no set-up, and is the default; PostgreSQL lets replicas share
// one state. Each statement is written once, with $1 placeholders, and runs unchanged on both, and so do the migrations.
// What differs is in the engine: sqlite.go with writer.go and prepared.go, and postgres.go. Driver errors are known in
// errors.go only. Otherwise there is one file for each noun: the exported method opens the transaction, its unexported
// twin holds the statement, so that operations compose. A Take… reads and deletes in one step.
//
// # Durability
//
// A write is on the disk when its method returns nil; after an error that is the room's (userpool.ErrSpent and its like)
// the comment of the method says what was written, and otherwise nothing was. On PostgreSQL this is as true as its
// synchronous_commit setting, which the store leaves alone. A context that ends before a write began prevents it; one
// that ends later does not, and the method returns the true outcome. An error of the commit itself leaves the outcome
// open, as a lost connection does.
//
// Durable commits by operation:
//
//	none  every read; drawing a page; a refresh without rotation
//	one   SignIn, CreateUser, ChangeUser, SaveCode, TakeCode, EndSession, Redeem, SpendCode, Rotate, EndFamily, CreatePool,
//	      SaveTrace, AddKeys, ReplaceWaitingKeys, ReplaceKeys, AddClientSecret, DeleteClientSecret
//	one   for 500 rows of each table that Sweep finds something in
//
// SQLite's writer is one goroutine: it takes what waits, gives each job a savepoint, and commits all of it together, so
// sixteen sign-ins at once share a commit. On PostgreSQL each is a transaction of its own and the server groups them.
//
// # Values
//
// Times are microseconds since 1970 in UTC: times that are not in whole microseconds come back shortened, and the zero
// time comes back as it was. Secrets (client secrets, all provider details, signing keys, SRP verifiers, what a session
// knows of its upstream) are sealed with the master key and bound to table, pool and row. Session IDs, single-use values
// and confirmation codes are stored as hashes only. Texts that are compared and may be long, or hold what PostgreSQL
// cannot, are indexed by hash.
//
// # Locks
//
// No method asks for a connection while it holds one: a pool of one connection is slow, never stuck. Statements that
// decide something decide it alone, by a unique key or a condition on the row they write, so READ COMMITTED is enough.
package store
