package grant

import (
	"context"
	"fmt"
	"time"

	"portico/userpool"
)

// Revoker ends what was handed out before: everything of a user (global sign-out) or of an app client. It is safe for
// concurrent use. Every field is required.
type Revoker struct {
	Storage Revocations
	Now     func() time.Time
	NewID   func() string // a new UUID: names an audit record
}

// Revocations is what a Revoker writes. Writes are durable when they return.
type Revocations interface {
	// EndFamiliesOfUser ends all that is alive of a user's families, and with Sessions deletes the browser sessions, in one
	// commit with the audit record. A user who is gone has nothing to end.
	EndFamiliesOfUser(ctx context.Context, end UserRevocation) (Revoked, error)
	// EndFamiliesOfClient ends up to batch families of a client that were alive and issued by now, the first ones after the
	// given name in the order of their names, in one commit. It returns how many there were, and the name to go on after:
	// empty once there are no more.
	EndFamiliesOfClient(ctx context.Context, end ClientRevocation, after string, batch int) (ended int, next string, err error)
	// RecordAudit writes an audit record alone.
	RecordAudit(ctx context.Context, pool userpool.ID, record userpool.Audit) error
}

// UserRevocation is the one commit of a global sign-out.
type UserRevocation struct {
	Pool     userpool.ID
	Sub      userpool.Sub
	Sessions bool // the browser sessions end, too
	Now      time.Time
	Audit    userpool.Audit
}

// ClientRevocation says what is ended of a client.
type ClientRevocation struct {
	Pool   userpool.ID
	Client userpool.ClientID
	Now    time.Time
}

// Revoked counts what was ended.
type Revoked struct {
	Families int // sign-ins of apps, each with all its tokens
	Sessions int // of browsers
}

// SignOutUser ends all tokens of a user at our endpoints, of every app: Cognito's AdminUserGlobalSignOut. As in Cognito,
// browsers stay signed in, so that an app that asks gets new tokens without a question; with sessions they are signed out,
// too, and codes that were not exchanged yet are worthless. actor is who did it, for the audit.
func (v *Revoker) SignOutUser(ctx context.Context, pool userpool.ID, sub userpool.Sub, sessions bool, actor string) (Revoked, error) {
	now, action := v.Now(), "tokens revoked"
	if sessions {
		action = "tokens revoked and sessions ended"
	}
	revoked, err := v.Storage.EndFamiliesOfUser(ctx, UserRevocation{
		Pool: pool, Sub: sub, Sessions: sessions, Now: now,
		Audit: userpool.Audit{ID: v.NewID(), At: now, Sub: sub, Actor: actor, Action: action, Detail: "all app clients"},
	})
	if err != nil {
		return Revoked{}, fmt.Errorf("sign out user %s: %w", sub, err)
	}
	return revoked, nil
}

// revokeBatch is how many families of a client end in one commit: short enough to keep no sign-in waiting.
const revokeBatch = 500

// RevokeClient ends all tokens that a client was given until now, of every user, batch by batch. progress is told the count
// so far after each batch; it may be nil. Browser sessions belong to the pool, not to a client, and stay. It returns how many
// families it ended, also beside an error: what was ended stays so, and calling again goes on.
func (v *Revoker) RevokeClient(ctx context.Context, pool userpool.ID, client userpool.ClientID, actor string, progress func(ended int)) (int, error) {
	end := ClientRevocation{Pool: pool, Client: client, Now: v.Now()}
	// First, so that there is a record of one that was broken off.
	record := userpool.Audit{ID: v.NewID(), At: end.Now, Actor: actor, Action: "tokens revoked", Detail: "app client " + string(client)}
	if err := v.Storage.RecordAudit(ctx, pool, record); err != nil {
		return 0, fmt.Errorf("revoke client %s: %w", client, err)
	}
	for total := 0; ; {
		ended, err := v.pass(ctx, end, func(n int) {
			if total += n; progress != nil {
				progress(total)
			}
		})
		// Another pass finds exchanges that were on their way to the store when this one went by.
		if err != nil || ended == 0 {
			return total, err
		}
	}
}

// pass goes once through what is left of a client's families.
func (v *Revoker) pass(ctx context.Context, end ClientRevocation, count func(n int)) (total int, err error) {
	for after := ""; ; {
		if err := ctx.Err(); err != nil {
			return total, err
		}
		ended, next, err := v.Storage.EndFamiliesOfClient(ctx, end, after, revokeBatch)
		if err != nil {
			return total, fmt.Errorf("revoke client %s: %w", end.Client, err)
		}
		if total += ended; ended > 0 {
			count(ended)
		}
		if next == "" {
			return total, nil
		}
		after = next
	}
}
