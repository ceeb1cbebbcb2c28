package directory

import (
	"context"
	"errors"
	"strings"
	"time"

	"portico/userpool"
)

// ErrNotTemporary: there is no temporary password to replace any more, or it is another one than the person proved.
var ErrNotTemporary = errors.New("the temporary password was replaced, or taken back")

// Replacement is a person's answer to NEW_PASSWORD_REQUIRED.
type Replacement struct {
	Sub        userpool.Sub
	Set        time.Time // MustChangeError.Set, of the password that was proved
	Password   string
	Attributes map[string]string // those that were missing; no others may be given
}

// ReplaceTemporary makes the change by which a temporary password gives way to one of the person's own: the user is confirmed
// then, and has every attribute the pool requires. The change is the caller's to commit, together with what it opens. It names
// the version of the user it was made for, so of two that replace the same password one commits.
//
// It fails with ErrNotTemporary, *AttributeError, *PasswordError, ErrCompromised, ErrReused or ErrBusy, and may be tried again
// after all of them but the first.
func (d *Directory) ReplaceTemporary(ctx context.Context, pool *userpool.Pool, client *userpool.AppClient, r Replacement) (userpool.User, userpool.UserChange, error) {
	user, err := d.stillTemporary(ctx, pool, r)
	if err != nil {
		return userpool.User{}, userpool.UserChange{}, err
	}
	changed, err := complete(pool, client, user, r.Attributes)
	if err != nil {
		return userpool.User{}, userpool.UserChange{}, err
	}
	if err := conforms(pool, r.Password); err != nil {
		return userpool.User{}, userpool.UserChange{}, err
	}
	if err := d.refuseReused(ctx, pool, user.Sub, r.Password); err != nil {
		return userpool.User{}, userpool.UserChange{}, err
	}
	stored, err := d.chosenPassword(ctx, pool, user.Username, r.Password)
	if err != nil {
		return userpool.User{}, userpool.UserChange{}, err
	}
	aliases := pool.AliasesOf(changed.Attributes)
	return user, userpool.UserChange{
		Pool: pool.ID, Sub: user.Sub, Version: user.Version, Status: userpool.Confirmed, Attributes: changed.Attributes,
		Aliases: &aliases, Password: stored, Earlier: pool.Passwords.Kept(), Modified: d.Now(),
	}, nil
}

// stillTemporary reads the user and holds that nothing has happened to the password since it was proved.
func (d *Directory) stillTemporary(ctx context.Context, pool *userpool.Pool, r Replacement) (userpool.User, error) {
	user, err := d.Storage.UserBySub(ctx, pool.ID, r.Sub)
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.User{}, ErrNotTemporary
	}
	if err != nil {
		return userpool.User{}, err
	}
	stored, err := d.Storage.Password(ctx, pool.ID, r.Sub)
	if err != nil && !errors.Is(err, userpool.ErrNotFound) {
		return userpool.User{}, err
	}
	if err != nil || user.Status != userpool.ForceChangePassword || !user.Enabled || !stored.Changed.Equal(r.Set) {
		return userpool.User{}, ErrNotTemporary
	}
	return user, nil
}

// complete gives the user the attributes that were missing.
func complete(pool *userpool.Pool, client *userpool.AppClient, user userpool.User, given map[string]string) (userpool.User, error) {
	changed := user.Clone()
	if changed.Attributes == nil {
		changed.Attributes = map[string]string{}
	}
	for name, value := range given {
		value = strings.TrimSpace(value)
		if value == "" {
			continue
		}
		if user.Attributes[name] != "" {
			return userpool.User{}, &AttributeError{name, "Cannot modify an already provided " + name}
		}
		if strings.HasSuffix(name, "_verified") || (!client.CanWrite(name) && !pool.Schema[name].Required) {
			return userpool.User{}, &AttributeError{name, "This app may not set it."}
		}
		if err := pool.Schema.Check(name, value); err != nil {
			return userpool.User{}, &AttributeError{name, err.Error()}
		}
		changed.Attributes[name] = value
		if name == userpool.AliasEmail || name == userpool.AliasPhone {
			changed.Attributes[name+"_verified"] = "false"
		}
	}
	return changed, whole(pool, changed)
}
