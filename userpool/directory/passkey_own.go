package directory

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/google/uuid"

	"portico/userpool"
	"portico/userpool/notify"
)

// PasskeyName names a passkey in the address of a page: the authenticator's own name for it may have a thousand bytes. It is of
// use to its owner alone, among whose passkeys it is looked up (OwnPasskey).
func PasskeyName(id []byte) string {
	sum := sha256.Sum256(id)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// OwnPasskey finds a user's passkey by PasskeyName. It fails with userpool.ErrNotFound, for another user's passkey as well.
func (d *Directory) OwnPasskey(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, name string) (userpool.Passkey, error) {
	held, err := d.Storage.Passkeys(ctx, pool.ID, sub)
	if err != nil {
		return userpool.Passkey{}, err
	}
	for _, passkey := range held {
		if PasskeyName(passkey.ID) == name {
			return passkey, nil
		}
	}
	return userpool.Passkey{}, userpool.ErrNotFound
}

// RemoveOwnPasskey deletes a passkey on the person's own word, ends the sessions that were opened with a passkey but for one, and
// tells the person (Notify): one commit. Unlike RemovePasskey, which is the API's, it keeps the last way to sign in. It fails with
// userpool.ErrNotFound (the user has no such passkey) or ErrLastWay. Two that are removed at the same time do not both succeed
// where one of them must stay: each names the version of the user it read.
func (d *Directory) RemoveOwnPasskey(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, id, keep []byte) error {
	for try := 0; ; try++ {
		user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
		if err != nil {
			return err
		}
		ways, err := d.WaysToSignIn(ctx, pool, user)
		if err != nil {
			return err
		}
		if ways < 2 {
			return ErrLastWay
		}
		now := d.Now()
		err = d.Storage.ChangeUser(ctx, userpool.UserChange{
			Pool: pool.ID, Sub: sub, Version: user.Version, Modified: now, DropPasskey: id,
			EndOthers: &userpool.EndOthers{Keep: keep, Factor: userpool.FactorPasskey},
			Audit:     &userpool.Audit{ID: uuid.NewString(), At: now, Actor: "the person", Action: "passkey removed"},
		})
		if err == nil {
			d.Notify(ctx, pool, client, user, notify.PasskeyRemoved)
		}
		if !errors.Is(err, userpool.ErrConflict) || try >= conflictRetries {
			return err
		}
	}
}
