package store

import (
	"context"
	"crypto/subtle"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/login"
)

// SignIn commits a sign-in: what may be used once is spent, the user is made or changed, the session opened. Values that
// may be used once come first, so that a replay is told apart from everything it would repeat. A wrong code commits nothing but
// the count of it.
func (db *DB) SignIn(ctx context.Context, in login.SignIn) error {
	var mismatch bool
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		var err error
		if mismatch, err = db.wrongCode(ctx, tx, in); err != nil || mismatch {
			return err
		}
		return db.signIn(ctx, tx, in)
	})
	if err == nil && mismatch {
		return directory.ErrCodeMismatch
	}
	return err
}

// wrongCode takes the code of a second factor, and reports whether it was another one.
func (db *DB) wrongCode(ctx context.Context, tx querier, in login.SignIn) (mismatch bool, err error) {
	if in.Second == nil || in.Second.Code == nil {
		return false, nil
	}
	for _, once := range in.Spend { // before a code is tried on a challenge that was answered
		was, err := isSpent(ctx, tx, in.Session.Pool, onceMark+once.Purpose, once.ID)
		if err != nil {
			return false, err
		}
		if was {
			return false, userpool.ErrSpent
		}
	}
	mac, err := tryCode(ctx, tx, *in.Second.Code)
	if err != nil {
		return false, err
	}
	if subtle.ConstantTimeCompare(mac, in.Second.Code.MAC) != 1 {
		return true, nil
	}
	return false, deleteCode(ctx, tx, *in.Second.Code)
}

func (db *DB) signIn(ctx context.Context, tx querier, in login.SignIn) error {
	if err := spendOnce(ctx, tx, in.Session.Pool, in.Spend); err != nil {
		return err
	}
	if in.Second != nil && in.Second.Step != nil {
		if err := takeStep(ctx, tx, *in.Second.Step); err != nil {
			return err
		}
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
	if err := keepDevice(ctx, tx, in); err != nil {
		return err
	}
	if err := db.insertSession(ctx, tx, in.Session); err != nil {
		return err
	}
	if in.Replaces != nil {
		if err := endSession(ctx, tx, in.Session.Pool, in.Replaces); err != nil {
			return err
		}
	}
	// It comes last: who changes a password ends the sessions there are, and must see this one or be seen here. PostgreSQL leaves the
	// moment from here to the commit, which no lock is worth.
	if in.Version != 0 {
		if err := holdVersion(ctx, tx, in.Session.Pool, in.Session.Sub, in.Version); err != nil {
			return err
		}
	}
	if in.Trace != nil {
		return db.putTrace(ctx, tx, *in.Trace)
	}
	return nil
}

// keepDevice writes of the device what a sign-in makes of it. It comes after the change of the user, which may end devices.
func keepDevice(ctx context.Context, tx querier, in login.SignIn) error {
	if in.Device != nil {
		return rememberDevice(ctx, tx, *in.Device)
	}
	if in.DeviceUse != nil {
		return useDevice(ctx, tx, in.Session.Pool, in.Session.Sub, *in.DeviceUse)
	}
	return nil
}
