package store

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors of the store itself. Those the rooms agree on are in userpool.
var (
	// ErrWrongKey: the database was written with another master key.
	ErrWrongKey = errors.New("wrong master key: this database was written with another one; start with that key, or with another database")
	// ErrExists: there is a pool of this ID already; nothing was changed.
	ErrExists = errors.New("user pool exists")
	// ErrClientExists: there is an app client of this ID already, perhaps in another pool; nothing was changed.
	ErrClientExists = errors.New("app client exists")
	// ErrKeysWait: keys of the pool wait for their time to sign; nothing was changed.
	ErrKeysWait = errors.New("signing keys of the user pool wait for their time already")
	// ErrClosed: the store was closed before the write began.
	ErrClosed = errors.New("store is closed")
	// ErrMalformed: a text that PostgreSQL cannot hold (a NUL, or bytes that are not UTF-8). SQLite refuses it too, so that
	// both keep the same.
	ErrMalformed = errors.New("text is not valid UTF-8 without NUL")
)

// Codes of PostgreSQL (its manual, appendix A).
const (
	pgForeignKey           = "23503"
	pgSerializationFailure = "40001"
	pgDeadlock             = "40P01"
)

// isForeignKey reports whether a row was refused because the row it belongs to does not exist.
func isForeignKey(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == pgForeignKey
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	}
	return false
}

// isLocked reports whether SQLite gave up waiting for another process that writes, such as a command beside the server.
func isLocked(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

// isTransient reports whether PostgreSQL undid the transaction for the sake of another one: nothing was written, and
// the same transaction may well succeed now.
func isTransient(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == pgSerializationFailure || e.Code == pgDeadlock)
}
