package store

import (
	"context"
	"fmt"

	"portico/userpool"
)

// EarlierPasswords reads the hashes of a user's earlier passwords, the latest first; the current one is not among them.
func (db *DB) EarlierPasswords(ctx context.Context, pool userpool.ID, sub userpool.Sub) (hashes []string, err error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT hash
		FROM earlier_passwords
		WHERE pool = $1 AND sub = $2
		ORDER BY changed DESC, hash DESC
		LIMIT $3`,
		pool, sub, userpool.MaxPasswordHistory)
	if err != nil {
		return nil, fmt.Errorf("read earlier passwords: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, fmt.Errorf("read earlier passwords: %w", err)
		}
		hashes = append(hashes, hash)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read earlier passwords: %w", err)
	}
	return hashes, nil
}

// retirePassword moves the current password's hash to the earlier ones and keeps the latest few of them. A hash that no rule
// looks at any more is deleted: it could only serve whoever steals the database.
func retirePassword(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, keep int) error {
	if keep > 0 {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO earlier_passwords (pool, sub, hash, changed)
			SELECT pool, sub, hash, changed FROM passwords WHERE pool = $1 AND sub = $2
			ON CONFLICT DO NOTHING`,
			pool, sub)
		if err != nil {
			return fmt.Errorf("keep an earlier password: %w", err)
		}
	}
	_, err := tx.ExecContext(ctx, `
		DELETE FROM earlier_passwords
		WHERE pool = $1 AND sub = $2 AND hash NOT IN (
			SELECT hash FROM earlier_passwords WHERE pool = $1 AND sub = $2 ORDER BY changed DESC, hash DESC LIMIT $3)`,
		pool, sub, keep)
	if err != nil {
		return fmt.Errorf("forget earlier passwords: %w", err)
	}
	return nil
}
