package store

import (
	"context"

	"portico/userpool/login"
)

// SignIn commits a sign-in: what may be used once is spent, the user is made or changed, the session opened. Values that
// may be used once come first, so that a replay is told apart from everything it would repeat.
func (db *DB) SignIn(ctx context.Context, in login.SignIn) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		if err := spendOnce(ctx, tx, in.Session.Pool, in.Spend); err != nil {
			return err
		}
		if in.NewUser != nil {
			if err := db.createUser(ctx, tx, in.UsernameKey, *in.NewUser); err != nil {
				return err
			}
		}
		if in.Bind != nil {
			if err := bindIdentity(ctx, tx, in.Session.Pool, in.Bind.Sub, in.Bind.Linked, in.Bind.Subject, in.Bind.Issuer); err != nil {
				return err
			}
		}
		if in.Change != nil {
			if err := db.changeUser(ctx, tx, *in.Change); err != nil {
				return err
			}
		}
		// A link raises the user's version, so it comes after the change, which names the version that was read.
		if in.Link != nil {
			if err := linkIdentity(ctx, tx, *in.Link); err != nil {
				return err
			}
		}
		if err := db.insertSession(ctx, tx, in.Session); err != nil {
			return err
		}
		if in.Replaces != nil {
			if err := endSession(ctx, tx, in.Session.Pool, in.Replaces); err != nil {
				return err
			}
		}
		if in.Trace != nil {
			return db.putTrace(ctx, tx, *in.Trace)
		}
		return nil
	})
}
