package store

import (
	"context"
	"fmt"

	"portico/userpool"
)

func insertAudit(ctx context.Context, tx querier, pool userpool.ID, a userpool.Audit) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO audit (
			pool,
			id,
			at,
			sub,
			actor,
			action,
			detail
		) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		pool, a.ID, micros(a.At), a.Sub, a.Actor, a.Action, a.Detail); err != nil {
		return fmt.Errorf("write an audit record: %w", err)
	}
	return nil
}

// Audit returns what was done to a user, newest first, at most limit records.
func (db *DB) Audit(ctx context.Context, pool userpool.ID, sub userpool.Sub, limit int) ([]userpool.Audit, error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT
			id,
			at,
			sub,
			actor,
			action,
			detail
		FROM audit
		WHERE pool = $1 AND sub = $2
		ORDER BY at DESC, id
		LIMIT $3`,
		pool, sub, limit)
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	defer rows.Close()
	var records []userpool.Audit
	for rows.Next() {
		var a userpool.Audit
		var at int64
		if err := rows.Scan(&a.ID, &at, &a.Sub, &a.Actor, &a.Action, &a.Detail); err != nil {
			return nil, fmt.Errorf("read the audit: %w", err)
		}
		a.At = moment(at)
		records = append(records, a)
	}
	return records, rows.Err()
}
