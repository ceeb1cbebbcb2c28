package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"portico/userpool"
	"portico/userpool/login"
)

// maxPresences bounds how many sessions, and how many families, are read of one person. They are put in order here: a statement
// that sorts reads them all.
const maxPresences = 500

// SessionsOfUser lists the sessions of a user that have not reached their end, the latest sign-in first.
func (db *DB) SessionsOfUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, now time.Time) (list []login.Session, err error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			hash,
			client,
			provider,
			auth_time,
			expires,
			used,
			browser,
			system,
			factor
		FROM sessions
		WHERE pool = $1 AND sub = $2 AND expires > $3
		LIMIT $4`,
		pool, sub, micros(now), maxPresences)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		s := login.Session{Pool: pool, Sub: sub}
		var authTime, expires, used int64
		if err := rows.Scan(&s.Hash, &s.Client, &s.Provider, &authTime, &expires, &used, &s.Browser.Name, &s.Browser.System, &s.Factor); err != nil {
			return nil, fmt.Errorf("list sessions: %w", err)
		}
		s.AuthTime, s.Expires, s.Used = moment(authTime), moment(expires), moment(used)
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b login.Session) int {
		return cmp.Or(b.AuthTime.Compare(a.AuthTime), bytes.Compare(a.Hash, b.Hash))
	})
	return list, rows.Err()
}

// AppsOfUser lists the apps that hold live refresh tokens of a user, the latest sign-in first.
func (db *DB) AppsOfUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, now time.Time) (list []login.App, err error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			client,
			issued,
			rotated
		FROM families
		WHERE pool = $1 AND sub = $2 AND ended = 0 AND expires > $3
		LIMIT $4`,
		pool, sub, micros(now), maxPresences)
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	defer rows.Close()
	latest := map[userpool.ClientID][2]int64{} // issued, used
	for rows.Next() {
		var client userpool.ClientID
		var issued, rotated int64
		if err := rows.Scan(&client, &issued, &rotated); err != nil {
			return nil, fmt.Errorf("list apps: %w", err)
		}
		known := latest[client]
		latest[client] = [2]int64{max(known[0], issued), max(known[1], issued, rotated)}
	}
	for client, times := range latest {
		list = append(list, login.App{Client: client, Since: moment(times[0]), Used: moment(times[1])})
	}
	slices.SortFunc(list, func(a, b login.App) int { return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.Client, b.Client)) })
	return list, rows.Err()
}

// EndPresence ends one session of a user, or the families of one app; what is somebody else's stays.
func (db *DB) EndPresence(ctx context.Context, end login.EndPresence) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		if end.Client != "" {
			if _, err := tx.ExecContext(ctx, `UPDATE families SET ended = $4 WHERE pool = $1 AND sub = $2 AND client = $3 AND ended = 0`,
				end.Pool, end.Sub, end.Client, micros(end.Now)); err != nil {
				return fmt.Errorf("end the families of an app: %w", err)
			}
			return nil
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE pool = $1 AND sub = $2 AND hash = $3`, end.Pool, end.Sub, end.Hash); err != nil {
			return fmt.Errorf("end a session of a user: %w", err)
		}
		return nil
	})
}

// EndElsewhere ends every session of a user but one, every family, and every device that is remembered, with a record of it.
func (db *DB) EndElsewhere(ctx context.Context, pool userpool.ID, sub userpool.Sub, keep []byte, record userpool.Audit) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		if err := endOthers(ctx, tx, pool, sub, userpool.EndOthers{Keep: keep}, record.At); err != nil {
			return err
		}
		if err := forgetDevices(ctx, tx, pool, sub); err != nil {
			return err
		}
		record.Sub = sub
		return insertAudit(ctx, tx, pool, record)
	})
}

func endOthers(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, end userpool.EndOthers, now time.Time) error {
	keep := end.Keep
	if keep == nil {
		keep = []byte{} // NULL would compare as unknown, and end nothing
	}
	if end.Factor != "" {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE pool = $1 AND sub = $2 AND hash <> $3 AND factor = $4`,
			pool, sub, keep, end.Factor); err != nil {
			return fmt.Errorf("end sessions of a factor: %w", err)
		}
		return nil
	}
	if end.Provider != "" {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE pool = $1 AND sub = $2 AND hash <> $3 AND provider = $4`,
			pool, sub, keep, end.Provider); err != nil {
			return fmt.Errorf("end sessions of a provider: %w", err)
		}
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE pool = $1 AND sub = $2 AND hash <> $3`, pool, sub, keep); err != nil {
		return fmt.Errorf("end other sessions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE families SET ended = $3 WHERE pool = $1 AND sub = $2 AND ended = 0`, pool, sub, micros(now)); err != nil {
		return fmt.Errorf("end the families of a user: %w", err)
	}
	return nil
}

// DeleteUser removes a user and, by the foreign keys, all that belongs to one: password, aliases, identities, memberships,
// codes, sessions and families. The record of it stays. It fails with userpool.ErrNotFound.
func (db *DB) DeleteUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, record userpool.Audit) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		gone, err := changed(ctx, tx, `DELETE FROM users WHERE pool = $1 AND sub = $2`, pool, sub)
		if err != nil {
			return fmt.Errorf("delete a user: %w", err)
		}
		if !gone {
			return userpool.ErrNotFound
		}
		record.Sub = sub
		return insertAudit(ctx, tx, pool, record)
	})
}
