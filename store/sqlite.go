package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// busyTimeout is how long a statement waits for another process, such as a command beside the running server.
const busyTimeout = 10 * time.Second

// mapped is how much of the file, in bytes, a connection reads through the memory map instead of copying page by page: as
// much as SQLite ever maps. With a million users the pages that lead to a row no longer fit a connection's own cache (2 MB),
// and each one that is missing costs a system call. The map is the kernel's page cache, shared by all connections and
// taken back when memory is short; beyond it SQLite reads as before. Write-ahead mode maps a file of its own in any case.
const mapped = 1<<31 - 1<<16

// embedded is SQLite in write-ahead mode: any number of readers, each with the last committed state before it, and one
// writer that nobody waits for.
type embedded struct {
	reads  *sql.DB
	writes *sql.DB // of one connection, which conn holds
	conn   *sql.Conn

	readQuerier, writeQuerier *prepared
	writer                    *writer
}

// openSQLite opens a file, makes it if it is missing, and brings its schema up to date.
func openSQLite(ctx context.Context, path string, o Options) (_ *embedded, err error) {
	if err := makeFile(path); err != nil {
		return nil, err
	}
	e := &embedded{}
	defer func() {
		if err != nil {
			_ = e.close() // the first error says more
		}
	}()
	// FULL: a commit is on the disk before it is acknowledged, in write-ahead mode too.
	if e.writes, err = openPool(path, 1, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"); err != nil {
		return nil, err
	}
	if err := migrateSQLite(ctx, e.writes, o.Log); err != nil {
		return nil, err
	}
	if e.conn, err = e.writes.Conn(ctx); err != nil {
		return nil, fmt.Errorf("open for writing: %w", err)
	}
	if e.reads, err = openPool(path, readers(o.MaxConns), "query_only(1)"); err != nil {
		return nil, err
	}
	e.readQuerier, e.writeQuerier = prepare(e.reads), prepare(e.conn)
	e.writer = startWriter(e.writeQuerier)
	return e, nil
}

// readers is the size of the pool of readers. Reading is work for the processor, so more connections than cores only
// cost memory (up to 2 MB of page cache each).
func readers(asked int) int {
	if asked > 0 {
		return asked
	}
	return max(2, min(8, runtime.GOMAXPROCS(0)))
}

// makeFile makes the file before SQLite would, so that nobody but its owner can read it; SQLite gives the files beside
// it the same rights.
func makeFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the database's folder: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make the database file: %w", err)
	}
	return f.Close()
}

func openPool(path string, conns int, pragmas ...string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("database path: %w", err)
	}
	query := url.Values{
		"_pragma": append(pragmas, "busy_timeout("+strconv.FormatInt(busyTimeout.Milliseconds(), 10)+")", "mmap_size("+strconv.Itoa(mapped)+")"),
		"_txlock": {"immediate"},
	}
	// A URI, so that ? and % in the path are not taken for the start of parameters.
	uri := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func (e *embedded) reader() querier { return e.readQuerier }

func (e *embedded) snapshot(ctx context.Context, read func(ctx context.Context, tx querier) error) error {
	conn, err := e.reads.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Not BeginTx: it would take the write lock, which _txlock asks for.
	if _, err := conn.ExecContext(ctx, `BEGIN DEFERRED`); err != nil {
		return err
	}
	err = read(ctx, conn)
	_, end := conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
	return errors.Join(err, end)
}

func (e *embedded) update(ctx context.Context, do job) error { return e.writer.update(ctx, do) }

func (e *embedded) commits() int64 { return e.writer.committed.Load() }

// close finishes accepted writes. The last connection to close folds the write-ahead log into the file.
func (e *embedded) close() error {
	if e.writer != nil {
		e.writer.close()
		e.writeQuerier.close()
		e.readQuerier.close()
	}
	var errs []error
	if e.reads != nil {
		errs = append(errs, e.reads.Close())
	}
	if e.conn != nil {
		errs = append(errs, e.conn.Close()) // gives it back to its pool
	}
	if e.writes != nil {
		errs = append(errs, e.writes.Close())
	}
	return errors.Join(errs...)
}
