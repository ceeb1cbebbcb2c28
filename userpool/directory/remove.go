package directory

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"portico/userpool"
)

// ErrLastWay: without this the person could not sign in any more.
var ErrLastWay = errors.New("it is the last way to sign in")

// WaysToSignIn counts by what a person can sign in: the password, each passkey, codes where they are a first factor, and accounts
// at providers. Passkeys and codes count where some app of the pool lets people choose them; codes do not where a second factor
// is asked for.
func (d *Directory) WaysToSignIn(ctx context.Context, pool *userpool.Pool, user userpool.User) (int, error) {
	ways := len(user.Identities)
	if user.Status == userpool.ExternalProvider {
		return ways, nil
	}
	held, err := d.Storage.Passkeys(ctx, pool.ID, user.Sub)
	if err != nil {
		return 0, err
	}
	_, has, err := d.HasPassword(ctx, pool, user.Sub)
	if err != nil {
		return 0, err
	}
	if has {
		ways++
	}
	if user.Status != userpool.Confirmed || !someAppChooses(pool) {
		return ways, nil
	}
	if pool.TakesFirst(userpool.FactorPasskey) {
		ways += len(held)
	}
	for _, factor := range []userpool.Factor{userpool.FactorEmailOTP, userpool.FactorSMSOTP} {
		if d.oneTimeDelivery(pool, user, factor) != nil && len(pool.SecondFactors(user)) == 0 {
			ways++
		}
	}
	return ways, nil
}

func someAppChooses(pool *userpool.Pool) bool {
	for _, client := range pool.Clients {
		if pool.Chooses(client) {
			return true
		}
	}
	return false
}

// UnlinkOwn detaches a linked account on the person's own word, and ends the sessions that were opened with it but for one. It
// fails with userpool.ErrNotFound (there is no such link; the account that made the user is none) or ErrLastWay. Two that are
// detached at the same time do not both succeed where one of them must stay: each names the version of the user it read.
func (d *Directory) UnlinkOwn(ctx context.Context, pool *userpool.Pool, sub userpool.Sub, linked userpool.Identity, keep []byte) error {
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
			Pool: pool.ID, Sub: sub, Version: user.Version, Modified: now,
			Unlink:    &userpool.Unlink{Pool: pool.ID, Provider: linked.Provider, Attribute: linked.Attribute, Value: linked.UserID},
			EndOthers: &userpool.EndOthers{Keep: keep, Provider: linked.Provider},
			Audit:     &userpool.Audit{ID: uuid.NewString(), At: now, Actor: "the person", Action: "identity unlinked", Detail: linked.Provider},
		})
		if !errors.Is(err, userpool.ErrConflict) || try >= conflictRetries {
			return err
		}
	}
}

// DeleteUser removes a person on the person's own word (DeleteUser): everything that is theirs, sessions and refresh tokens
// included, in one commit. A record that there was an account stays in the audit. It fails with userpool.ErrNotFound.
func (d *Directory) DeleteUser(ctx context.Context, pool *userpool.Pool, sub userpool.Sub) error {
	return d.Storage.DeleteUser(ctx, pool.ID, sub, userpool.Audit{
		ID: uuid.NewString(), At: d.Now(), Actor: "the person", Action: "account deleted",
	})
}
