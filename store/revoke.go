package store

import (
	"context"
	"fmt"

	"portico/userpool"
	"portico/userpool/grant"
)

var _ grant.Revocations = (*DB)(nil)

// EndFamiliesOfUser ends a user's families, and sessions where that is wanted.
func (db *DB) EndFamiliesOfUser(ctx context.Context, end grant.UserRevocation) (grant.Revoked, error) {
	var done grant.Revoked
	err := db.update(ctx, func(ctx context.Context, tx querier) (err error) {
		done = grant.Revoked{}
		done.Families, err = affected(ctx, tx, `UPDATE families SET ended = $3 WHERE pool = $1 AND sub = $2 AND ended = 0`,
			end.Pool, end.Sub, micros(end.Now))
		if err != nil {
			return fmt.Errorf("end the families of a user: %w", err)
		}
		if end.Sessions {
			done.Sessions, err = affected(ctx, tx, `DELETE FROM sessions WHERE pool = $1 AND sub = $2`, end.Pool, end.Sub)
			if err != nil {
				return fmt.Errorf("end the sessions of a user: %w", err)
			}
			if err := forgetDevices(ctx, tx, end.Pool, end.Sub); err != nil {
				return err
			}
		}
		return insertAudit(ctx, tx, end.Pool, end.Audit)
	})
	return done, err
}

// EndFamiliesOfClient ends one batch of a client's families.
func (db *DB) EndFamiliesOfClient(ctx context.Context, end grant.ClientRevocation, after string, batch int) (ended int, next string, err error) {
	err = db.update(ctx, func(ctx context.Context, tx querier) error {
		ended, next = 0, ""
		ids, err := aliveOfClient(ctx, tx, end, after, batch)
		if err != nil {
			return fmt.Errorf("find the families of a client: %w", err)
		}
		if len(ids) == 0 {
			return nil
		}
		last := ids[len(ids)-1]
		// Somebody else may have ended one meanwhile.
		ended, err = affected(ctx, tx, `
			UPDATE families SET ended = $5
			WHERE pool = $1 AND client = $2 AND ended = 0 AND id > $3 AND id <= $4 AND issued <= $5`,
			end.Pool, end.Client, after, last, micros(end.Now))
		if err != nil {
			return fmt.Errorf("end the families of a client: %w", err)
		}
		if len(ids) == batch {
			next = last
		}
		return nil
	})
	return ended, next, err
}

// aliveOfClient names the next families, in the order of the index.
func aliveOfClient(ctx context.Context, tx querier, end grant.ClientRevocation, after string, batch int) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT
			id
		FROM families
		WHERE pool = $1 AND client = $2 AND ended = 0 AND id > $3 AND issued <= $4
		ORDER BY id
		LIMIT $5`,
		end.Pool, end.Client, after, micros(end.Now), batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// RecordAudit writes an audit record.
func (db *DB) RecordAudit(ctx context.Context, pool userpool.ID, record userpool.Audit) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return insertAudit(ctx, tx, pool, record) })
}

// affected runs a statement and returns how many rows it wrote.
func affected(ctx context.Context, tx querier, statement string, args ...any) (int, error) {
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
