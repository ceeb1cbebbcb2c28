package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"

	"github.com/pressly/goose/v3"
)

// migrations holds the schema's history. A file, once released, never changes.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrationLock is the number of the advisory lock that replicas take in turn. Any number will do that no other
// program picks in the same database; this one is "portico" in ASCII.
const migrationLock int64 = 0x706f727469636f

// migrateTries is how often SQLite's schema is brought up to date anew after another process was at it: SQLite has no
// lock that outlasts a transaction. Each loss means that somebody else got further, so the number bounds the migrations
// that may be pending when several processes start at once.
const migrateTries = 20

func migratePostgres(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	return migrate(ctx, goose.DialectPostgres, db, log, goose.WithSessionLocker(advisoryLock{}))
}

func migrateSQLite(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	var err error
	for range migrateTries {
		if err = migrate(ctx, goose.DialectSQLite3, db, log); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func migrate(ctx context.Context, dialect goose.Dialect, db *sql.DB, log *slog.Logger, options ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	// Out of order: two changes made side by side may be released in either order, and each expands on its own.
	provider, err := goose.NewProvider(dialect, db, files, append(options, goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	applied, err := provider.Up(ctx)
	for _, m := range applied {
		log.InfoContext(ctx, "database migrated", "migration", path.Base(m.Source.Path), "took", m.Duration)
	}
	if err != nil {
		return fmt.Errorf("bring the database's schema up to date: %w", err)
	}
	return nil
}

// advisoryLock lets one replica at a time migrate. PostgreSQL gives the lock up when the connection ends, so a replica
// that dies blocks nobody.
type advisoryLock struct{}

func (advisoryLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrationLock)
	return err
}

func (advisoryLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	var held bool
	if err := conn.QueryRowContext(ctx, `SELECT pg_advisory_unlock($1)`, migrationLock).Scan(&held); err != nil {
		return err
	}
	if !held {
		return errors.New("the migration lock was lost")
	}
	return nil
}
