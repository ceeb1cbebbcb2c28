package store

import (
	"errors"
	"fmt"
	"strings"
)

// DefaultPath is the database of a server that names none: a SQLite file in the working directory.
const DefaultPath = "portico.db"

// address is where a database is: one of the two is set.
type address struct {
	postgres string // a URL, as pgx reads it
	path     string // of a SQLite file
}

// parseAddress reads a database URL: "postgres://…" (or "postgresql://…"), "sqlite:PATH", or a bare path. Empty means
// DefaultPath. The error does not repeat the text, for it may hold a password.
func parseAddress(text string) (address, error) {
	scheme, rest, found := strings.Cut(text, ":")
	switch {
	case text == "":
		return address{path: DefaultPath}, nil
	case found && (scheme == "postgres" || scheme == "postgresql"):
		return address{postgres: text}, nil
	case found && scheme == "sqlite":
		return sqliteAddress(strings.TrimPrefix(rest, "//"))
	case found && strings.HasPrefix(rest, "//"):
		return address{}, fmt.Errorf("database URL: want postgres://…, sqlite:PATH or a path; %q is something else", scheme)
	}
	return sqliteAddress(text)
}

func sqliteAddress(path string) (address, error) {
	if path == "" {
		return address{}, errors.New("database URL: sqlite: without a path")
	}
	// Every connection would get an empty database of its own.
	if path == ":memory:" || strings.HasPrefix(path, "file:") {
		return address{}, errors.New("database URL: want the path of a file; memory and file: URIs are not supported")
	}
	return address{path: path}, nil
}
