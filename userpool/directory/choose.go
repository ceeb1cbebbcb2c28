package directory

import (
	"context"
	"errors"

	"portico/userpool"
)

// Compromised knows passwords that were found in breaches; userpool/compromised does. What it cannot tell it does not claim.
type Compromised interface {
	Known(ctx context.Context, password string) bool
}

// conforms holds a password against the pool's policy; it fails with *PasswordError.
func conforms(pool *userpool.Pool, password string) error {
	if missing := pool.Passwords.Missing(password); len(missing) > 0 {
		return &PasswordError{Missing: missing}
	}
	return nil
}

// chosenPassword is a password that a person chose, ready to be stored. It fails with *PasswordError, ErrCompromised or
// ErrBusy.
func (d *Directory) chosenPassword(ctx context.Context, pool *userpool.Pool, username, password string) (*userpool.Password, error) {
	if err := conforms(pool, password); err != nil {
		return nil, err
	}
	if d.Compromised != nil && d.Compromised.Known(ctx, password) {
		return nil, ErrCompromised
	}
	return d.newPassword(ctx, pool, username, password)
}

// newPassword hashes a password, and keeps its SRP verifier where a client of the pool signs in by SRP.
func (d *Directory) newPassword(ctx context.Context, pool *userpool.Pool, username, password string) (*userpool.Password, error) {
	if err := conforms(pool, password); err != nil {
		return nil, err
	}
	hash, err := d.Hasher.Hash(ctx, password)
	if err != nil {
		return nil, err
	}
	stored := &userpool.Password{Hash: hash, Changed: d.Now()}
	for _, client := range pool.Clients {
		if client.SRP {
			stored.SRPSalt = newSRPSalt()
			stored.SRPVerifier = userpool.NewSecret(string(srpVerifier(pool.ID, username, password, stored.SRPSalt)))
			break
		}
	}
	return stored, nil
}

// refuseReused fails with ErrReused where the pool's history holds the password, and with ErrBusy. Whoever asks must have
// proved to be the user: the answer says something about the user's passwords.
//
// Every hash it compares with costs what a sign-in costs, and there are up to 24. They are compared one after the other, and
// each waits for its own place at the hasher, so that others sign in between two of them; the request's own time bounds the
// whole.
func (d *Directory) refuseReused(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, password string) error {
	if pool.Passwords.History == 0 {
		return nil
	}
	current, err := d.Storage.Password(ctx, pool.ID, sub)
	if errors.Is(err, userpool.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	hashes, err := d.Storage.EarlierPasswords(ctx, pool.ID, sub)
	if err != nil {
		return err
	}
	hashes = append([]string{current.Hash}, hashes...)
	for _, hash := range hashes[:min(len(hashes), pool.Passwords.History)] {
		same, err := d.Hasher.Verify(ctx, hash, password)
		if err != nil {
			return err
		}
		if same {
			return ErrReused
		}
	}
	return nil
}
