package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"portico/userpool"
)

// insertAliases gives a user aliases, always in one order, so that two transactions do not wait for each other.
func insertAliases(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, aliases []userpool.Alias) error {
	sorted := slices.SortedFunc(slices.Values(aliases), func(a, b userpool.Alias) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	for _, alias := range slices.Compact(sorted) {
		made, err := changed(ctx, tx, `
			INSERT INTO aliases (
				pool,
				kind,
				alias_key,
				sub
			) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`,
			pool, alias.Kind, indexed(alias.Key), sub)
		if err != nil {
			return fmt.Errorf("write an alias: %w", err)
		}
		if !made {
			return userpool.ErrAliasTaken
		}
	}
	return nil
}

func replaceAliases(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, aliases []userpool.Alias) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM aliases WHERE pool = $1 AND sub = $2`, pool, sub); err != nil {
		return fmt.Errorf("replace aliases: %w", err)
	}
	return insertAliases(ctx, tx, pool, sub, aliases)
}
