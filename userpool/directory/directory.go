package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"time"

	"portico/userpool"
	"portico/userpool/notify"
	"portico/userpool/seal"
)

// Directory is the pool users' office. Its fields are set once, before use; it is safe for concurrent use.
type Directory struct {
	Storage Storage
	Hasher  PasswordHasher
	Lockout *Lockout
	Meter   *Meter
	// Compromised knows passwords that nobody may choose; nil knows none.
	Compromised Compromised
	Sender      notify.Sender
	Shares      *Shares
	Texts       TextLimits
	Letters     notify.Texts // the operator's texts from files
	Digest      seal.Sealer  // MasterKey.For(seal.Digest): keyed hashes of codes
	// Challenges is MasterKey.For(seal.Challenge): what authenticators sign, and apps that are being set up.
	Challenges seal.Sealer
	Now        func() time.Time
	Rand       io.Reader // nil means crypto/rand
	NewSub     func() userpool.Sub
	Log        *slog.Logger

	// Pace is how long answers of the recovery take at least where the client hides users; 0 answers at once.
	Pace time.Duration

	// Later holds a place for each recovery that goes on after its page was answered (see Forgot).
	Later chan struct{}
}

// MaxLater is a sensible size for Directory.Later.
const MaxLater = 64

func (d *Directory) rand() io.Reader {
	if d.Rand == nil {
		return rand.Reader
	}
	return d.Rand
}

// Find resolves what a person typed: a user name, or an alias the pool allows. In pools that sign in with e-mail or
// phone the stored user name is a UUID, which works as well. It returns userpool.ErrNotFound where there is nobody.
func (d *Directory) Find(ctx context.Context, pool *userpool.Pool, typed string) (userpool.User, error) {
	user, err := d.Storage.UserByUsername(ctx, pool.ID, pool.UsernameKey(typed))
	if !errors.Is(err, userpool.ErrNotFound) {
		return user, err
	}
	for _, kind := range aliasKinds(pool, typed) {
		user, err = d.Storage.UserByAlias(ctx, pool.ID, kind, pool.AliasKey(typed))
		if !errors.Is(err, userpool.ErrNotFound) {
			return user, err
		}
	}
	return userpool.User{}, userpool.ErrNotFound
}

// aliasKinds are the kinds of alias that what was typed could be.
func aliasKinds(pool *userpool.Pool, typed string) []string {
	var kinds []string
	if userpool.LooksLikeEmail(typed) && pool.UsesAlias(userpool.AliasEmail) {
		kinds = append(kinds, userpool.AliasEmail)
	}
	if userpool.LooksLikePhone(typed) && pool.UsesAlias(userpool.AliasPhone) {
		kinds = append(kinds, userpool.AliasPhone)
	}
	if pool.UsesAlias(userpool.AliasPreferred) {
		kinds = append(kinds, userpool.AliasPreferred)
	}
	return kinds
}
