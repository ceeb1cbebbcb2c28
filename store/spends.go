package store

import (
	"context"
	"fmt"

	"portico/userpool"
)

// useUp writes what a proof uses up. It comes first in its commit, so that a replay is told apart from everything it would
// repeat.
func useUp(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, s userpool.Spends) error {
	if err := spendOnce(ctx, tx, pool, s.Once); err != nil {
		return err
	}
	if s.Code != nil {
		if err := spendCode(ctx, tx, pool, sub, *s.Code); err != nil {
			return err
		}
	}
	if s.Passkey != nil {
		return usePasskey(ctx, tx, pool, sub, *s.Passkey)
	}
	return nil
}

// spendOnce fails with userpool.ErrSpent if any of the values was used before.
func spendOnce(ctx context.Context, tx querier, pool userpool.ID, values []userpool.Once) error {
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

// spendCode takes a code that was found right (CheckCode) unless it was taken, or replaced, since. Of several that take one
// code the others wait for the first and find nothing.
func spendCode(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, code userpool.SpentCode) error {
	taken, err := changed(ctx, tx, `DELETE FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3 AND mac = $4`,
		pool, sub, code.Purpose, code.MAC)
	if err != nil {
		return fmt.Errorf("take a code: %w", err)
	}
	if !taken {
		return userpool.ErrSpent
	}
	return nil
}
