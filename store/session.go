package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// Session reads a browser session and, in the same statement, whether its user is disabled: every app that resumes it asks.
func (db *DB) Session(ctx context.Context, pool userpool.ID, hash []byte) (login.Session, error) {
	s := login.Session{Pool: pool, Hash: hash}
	var authTime, expires, used int64
	var sealed []byte
	err := db.read().QueryRowContext(ctx, `
		SELECT
			s.sub,
			s.client,
			s.provider,
			s.auth_time,
			s.expires,
			s.used,
			s.upstream,
			s.browser,
			s.system,
			s.factor,
			s.two_factors,
			s.device,
			NOT u.enabled
		FROM sessions s
		JOIN users u ON u.pool = s.pool AND u.sub = s.sub
		WHERE s.pool = $1 AND s.hash = $2`,
		pool, hash).Scan(&s.Sub, &s.Client, &s.Provider, &authTime, &expires, &used, &sealed, &s.Browser.Name, &s.Browser.System, &s.Factor, &s.TwoFactors, &s.Device, &s.Disabled)
	if errors.Is(err, sql.ErrNoRows) {
		return login.Session{}, userpool.ErrNotFound
	}
	if err != nil {
		return login.Session{}, fmt.Errorf("read a session: %w", err)
	}
	if sealed != nil {
		if s.Upstream, err = db.openUpstream(sealed, pool, hash); err != nil {
			return login.Session{}, err
		}
	}
	s.AuthTime, s.Expires, s.Used = moment(authTime), moment(expires), moment(used)
	return s, nil
}

func (db *DB) openUpstream(sealed []byte, pool userpool.ID, hash []byte) (upstream map[string]string, err error) {
	text, err := db.open(sealed, "sessions", pool, string(hash))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &upstream); err != nil {
		return nil, fmt.Errorf("session's upstream: %w", err)
	}
	return upstream, nil
}

// SessionAlive reports whether a session exists.
func (db *DB) SessionAlive(ctx context.Context, pool userpool.ID, hash []byte) (bool, error) {
	var one int
	err := db.read().QueryRowContext(ctx, `SELECT 1 FROM sessions WHERE pool = $1 AND hash = $2`, pool, hash).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read a session: %w", err)
	}
	return true, nil
}

func (db *DB) insertSession(ctx context.Context, tx querier, s login.Session) error {
	var sealed []byte
	if len(s.Upstream) > 0 {
		text, err := json.Marshal(s.Upstream)
		if err != nil {
			return fmt.Errorf("session's upstream: %w", err)
		}
		sealed = db.seal(text, "sessions", s.Pool, string(s.Hash))
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sessions (
			pool,
			hash,
			sub,
			client,
			provider,
			auth_time,
			expires,
			used,
			upstream,
			upstream_name,
			upstream_index,
			browser,
			system,
			factor,
			two_factors,
			device
		) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		s.Pool, s.Hash, s.Sub, s.Client, s.Provider, micros(s.AuthTime), micros(s.Expires), micros(s.Used), sealed, s.UpstreamName, s.UpstreamIndex,
		s.Browser.Name, s.Browser.System, s.Factor, s.TwoFactors, s.Device)
	if isForeignKey(err) {
		return userpool.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("open a session: %w", err)
	}
	return nil
}

// EndSession deletes a session.
func (db *DB) EndSession(ctx context.Context, pool userpool.ID, hash []byte) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return endSession(ctx, tx, pool, hash) })
}

func endSession(ctx context.Context, tx querier, pool userpool.ID, hash []byte) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE pool = $1 AND hash = $2`, pool, hash); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// proveSession notes that a second factor was given in a session of a user; one that has ended stays so.
func proveSession(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, hash []byte) error {
	if _, err := tx.ExecContext(ctx, `UPDATE sessions SET two_factors = TRUE WHERE pool = $1 AND sub = $2 AND hash = $3`,
		pool, sub, hash); err != nil {
		return fmt.Errorf("note a second factor of a session: %w", err)
	}
	return nil
}

// UseSession records a use. Of uses that are recorded at the same time the latest stays; a session that has ended stays so.
func (db *DB) UseSession(ctx context.Context, pool userpool.ID, hash []byte, now time.Time) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		if _, err := tx.ExecContext(ctx, `UPDATE sessions SET used = $3 WHERE pool = $1 AND hash = $2 AND used < $3`,
			pool, hash, micros(now)); err != nil {
			return fmt.Errorf("record the use of a session: %w", err)
		}
		return nil
	})
}
