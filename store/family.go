package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/oauth"
)

// Redeem spends an authorization code and starts its family. It fails with userpool.ErrNotFound if the user is gone.
func (db *DB) Redeem(ctx context.Context, r grant.Redemption) error {
	var replayed bool
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		fresh, err := spend(ctx, tx, r.Family.Pool, spentCode, r.CodeID, r.Family.ID, r.Until)
		if err != nil {
			return err
		}
		if replayed = !fresh; replayed {
			return endFamilyOfCode(ctx, tx, r.Family.Pool, r.CodeID, r.Family.Issued)
		}
		return insertFamily(ctx, tx, r.Family)
	})
	if err == nil && replayed {
		return userpool.ErrSpent
	}
	return err
}

// StartFamily starts a family without a code. It fails with userpool.ErrNotFound if the user is gone.
func (db *DB) StartFamily(ctx context.Context, f grant.Family) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return insertFamily(ctx, tx, f) })
}

// SpendCode uses an authorization code up without a family.
func (db *DB) SpendCode(ctx context.Context, pool userpool.ID, codeID string, until, now time.Time) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		fresh, err := spend(ctx, tx, pool, spentCode, codeID, "", until)
		if err != nil || fresh {
			return err
		}
		return endFamilyOfCode(ctx, tx, pool, codeID, now)
	})
}

func insertFamily(ctx context.Context, tx querier, f grant.Family) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO families (
			pool,
			id,
			client,
			sub,
			scopes,
			resource,
			auth_time,
			generation,
			rotated,
			issued,
			expires,
			ended
		) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		f.Pool, f.ID, f.Client, f.Sub, f.Scopes.String(), f.Resource, micros(f.AuthTime), f.Generation, micros(f.Rotated),
		micros(f.Issued), micros(f.Expires), micros(f.Ended))
	if isForeignKey(err) {
		return userpool.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("start a family: %w", err)
	}
	return nil
}

// Family reads a family.
func (db *DB) Family(ctx context.Context, pool userpool.ID, id string) (grant.Family, error) {
	return family(ctx, db.read(), pool, id)
}

func family(ctx context.Context, q querier, pool userpool.ID, id string) (grant.Family, error) {
	return scanFamily(pool, id, q.QueryRowContext(ctx, `
		SELECT
			client,
			sub,
			scopes,
			resource,
			auth_time,
			generation,
			rotated,
			issued,
			expires,
			ended
		FROM families
		WHERE pool = $1 AND id = $2`,
		pool, id))
}

// Rotate raises the generation of a family that is alive, unexpired and still at the given one.
func (db *DB) Rotate(ctx context.Context, pool userpool.ID, id string, generation int, now time.Time) (grant.Family, error) {
	var after grant.Family
	err := db.update(ctx, func(ctx context.Context, tx querier) (err error) {
		after, err = rotate(ctx, tx, pool, id, generation, now)
		if errors.Is(err, userpool.ErrNotFound) {
			after, err = family(ctx, tx, pool, id)
		}
		return err
	})
	if err != nil {
		return grant.Family{}, err
	}
	return after, nil
}

// rotate returns userpool.ErrNotFound if there was nothing to raise.
func rotate(ctx context.Context, tx querier, pool userpool.ID, id string, generation int, now time.Time) (grant.Family, error) {
	return scanFamily(pool, id, tx.QueryRowContext(ctx, `
		UPDATE families SET
			generation = generation + 1,
			rotated = $4
		WHERE pool = $1 AND id = $2 AND generation = $3 AND ended = 0 AND expires > $4
		RETURNING
			client,
			sub,
			scopes,
			resource,
			auth_time,
			generation,
			rotated,
			issued,
			expires,
			ended`,
		pool, id, generation, micros(now)))
}

// EndFamily ends a family.
func (db *DB) EndFamily(ctx context.Context, pool userpool.ID, id string, now time.Time) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return endFamily(ctx, tx, pool, id, now) })
}

// endFamily keeps the time of an earlier end.
func endFamily(ctx context.Context, tx querier, pool userpool.ID, id string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE families SET ended = $3 WHERE pool = $1 AND id = $2 AND ended = 0`,
		pool, id, micros(now)); err != nil {
		return fmt.Errorf("end a family: %w", err)
	}
	return nil
}

func scanFamily(pool userpool.ID, id string, row *sql.Row) (grant.Family, error) {
	f := grant.Family{Pool: pool, ID: id}
	var scopes string
	var authTime, rotated, issued, expires, ended int64
	err := row.Scan(&f.Client, &f.Sub, &scopes, &f.Resource, &authTime, &f.Generation, &rotated, &issued, &expires, &ended)
	if errors.Is(err, sql.ErrNoRows) {
		return grant.Family{}, userpool.ErrNotFound
	}
	if err != nil {
		return grant.Family{}, fmt.Errorf("read a family: %w", err)
	}
	f.Scopes = oauth.Scopes(strings.Fields(scopes))
	f.AuthTime, f.Rotated, f.Issued = moment(authTime), moment(rotated), moment(issued)
	f.Expires, f.Ended = moment(expires), moment(ended)
	return f, nil
}
