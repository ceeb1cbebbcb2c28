package store

import (
	"context"
	"fmt"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/login"
)

var _ login.Upstream = (*DB)(nil)

// Spend uses values up.
func (db *DB) Spend(ctx context.Context, pool userpool.ID, once []federation.Once) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return spendAll(ctx, tx, pool, once) })
}

// spendAll uses values up, and fails at the first that was used before.
func spendAll(ctx context.Context, tx querier, pool userpool.ID, values []federation.Once) error {
	for _, once := range values {
		fresh, err := spend(ctx, tx, pool, onceMark+once.Purpose, once.ID, "", once.Until)
		if err != nil {
			return err
		}
		if !fresh {
			return userpool.ErrSpent
		}
	}
	return nil
}

// EndUpstreamSessions spends a provider's request and ends the sessions it names.
func (db *DB) EndUpstreamSessions(ctx context.Context, end login.EndSessions) (ended int, err error) {
	err = db.update(ctx, func(ctx context.Context, tx querier) error {
		ended = 0
		if err := spendAll(ctx, tx, end.Pool, []federation.Once{end.Spend}); err != nil {
			return err
		}
		if len(end.Indexes) == 0 {
			n, err := deletedRows(ctx, tx, `DELETE FROM sessions WHERE upstream_name = $1 AND pool = $2`, end.Name, end.Pool)
			ended = n
			return err
		}
		for _, index := range end.Indexes {
			n, err := deletedRows(ctx, tx, `DELETE FROM sessions WHERE upstream_name = $1 AND pool = $2 AND upstream_index = $3`,
				end.Name, end.Pool, index)
			if err != nil {
				return err
			}
			ended += n
		}
		return nil
	})
	return ended, err
}

func deletedRows(ctx context.Context, tx querier, statement string, args ...any) (int, error) {
	n, err := affected(ctx, tx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("end sessions of a provider: %w", err)
	}
	return n, nil
}
