package directory

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"portico/userpool"
	"portico/userpool/notify"
)

// Passkeys lists a user's passkeys, the oldest first; at most userpool.MaxPasskeys.
func (d *Directory) Passkeys(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) ([]userpool.Passkey, error) {
	return d.Storage.Passkeys(ctx, pool.ID, sub)
}

// RenamePasskey gives a user's passkey another name. It fails with ErrPasskeyName, or userpool.ErrNotFound where it is not this
// user's.
func (d *Directory) RenamePasskey(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, id []byte, name string) error {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > userpool.MaxPasskeyName || !utf8.ValidString(name) || strings.ContainsFunc(name, unseen) {
		return ErrPasskeyName
	}
	return d.Storage.RenamePasskey(ctx, pool.ID, sub, id, name)
}

func unseen(r rune) bool { return !unicode.IsPrint(r) }

// RemovePasskey deletes a user's passkey (DeleteWebAuthnCredential), and tells its owner. client is the app it happened in; nil
// for none. It fails with userpool.ErrNotFound where the passkey is not this user's.
func (d *Directory) RemovePasskey(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, sub userpool.Sub, id []byte) error {
	user, err := d.Storage.UserBySub(ctx, pool.ID, sub)
	if err != nil {
		return err
	}
	if err := d.Storage.RemovePasskey(ctx, pool.ID, sub, id); err != nil {
		return err
	}
	d.Notify(ctx, pool, client, user, notify.PasskeyRemoved)
	return nil
}
