package login

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/google/uuid"

	"portico/federation"
	"portico/userpool"
	"portico/userpool/directory"
)

// match is who an assertion is about.
type match struct {
	user  *userpool.User // nil: nobody yet
	bind  *Binding       // the user was linked by an attribute and comes for the first time
	link  *userpool.Link // the policy links the identity to the user
	prove *userpool.User // the policy asks: this user may be the same person

	rehearsed bool // nobody was looked for: a test of the provider
}

// choice is what a person decided about linking, where the policy asks.
type choice struct {
	linkTo   userpool.Sub // proved to be this user
	separate bool         // wants an account of its own
	own      bool         // links from the own account: the identity must be nobody else's

	second *directory.Second // that proved to be this user, beside the password
	spend  []federation.Once // the challenge it answered
}

// match finds the user of an assertion: by the provider's name for the person, by a link through an attribute, or by what the
// pool's policy makes of an equal address. An address alone never leads to an account: without proof from both sides a new
// user is made.
func (l *Login) match(ctx context.Context, a *Authorization, provider *userpool.IdentityProvider, assertion federation.Assertion, chosen choice) (match, error) {
	user, err := l.Storage.UserByIdentity(ctx, a.Pool.ID, provider.Name, assertion.Subject)
	if err == nil && chosen.own {
		err = mayLink(chosen.linkTo, &user)
	}
	if err == nil {
		return match{user: &user}, nil
	}
	if !errors.Is(err, userpool.ErrNotFound) {
		return match{}, err
	}
	change, err := federation.Map(assertion, a.Pool, provider, a.Client, map[string]string{})
	if err != nil {
		return match{}, nil //nolint:nilerr // provisioning meets the same error and says it in the words of a first sign-in
	}
	if found, err := l.matchLink(ctx, a.Pool, provider, assertion, change.Set); err != nil || found.user != nil {
		if err == nil && chosen.own {
			err = mayLink(chosen.linkTo, found.user)
		}
		return found, err
	}
	if chosen.linkTo != "" {
		user, err := l.Storage.UserBySub(ctx, a.Pool.ID, chosen.linkTo)
		if err != nil {
			return match{}, err
		}
		return match{user: &user, link: l.newLink(user, provider, assertion, "the person")}, nil
	}
	if chosen.separate {
		return match{}, nil
	}
	return l.matchAddress(ctx, a.Pool, provider, assertion, change.Set)
}

// matchLink finds a user that was linked by the value of a mapped attribute.
func (l *Login) matchLink(ctx context.Context, pool *userpool.Pool, provider *userpool.IdentityProvider, assertion federation.Assertion, mapped map[string]string) (match, error) {
	for _, name := range slices.Sorted(maps.Keys(provider.Mapping)) {
		value := mapped[name]
		if value == "" {
			continue
		}
		user, err := l.Storage.UserByLink(ctx, pool.ID, provider.Name, name, value)
		if errors.Is(err, userpool.ErrNotFound) {
			continue
		}
		if err != nil {
			return match{}, err
		}
		linked := userpool.Identity{Provider: provider.Name, Attribute: name, UserID: value}
		return match{user: &user, bind: &Binding{Sub: user.Sub, Linked: linked, Subject: assertion.Subject, Issuer: assertion.Issuer}}, nil
	}
	return match{}, nil
}

// matchAddress applies the pool's policy to a native user who signs in with the same, verified address.
func (l *Login) matchAddress(ctx context.Context, pool *userpool.Pool, provider *userpool.IdentityProvider, assertion federation.Assertion, mapped map[string]string) (match, error) {
	email := mapped[userpool.AliasEmail]
	if pool.Linking == userpool.LinkingOff || email == "" || mapped["email_verified"] != "true" || !pool.UsesAlias(userpool.AliasEmail) {
		return match{}, nil
	}
	user, err := l.Storage.UserByAlias(ctx, pool.ID, userpool.AliasEmail, pool.AliasKey(email))
	if errors.Is(err, userpool.ErrNotFound) {
		return match{}, nil
	}
	if err != nil {
		return match{}, err
	}
	// An address that nobody verified here may have been registered by somebody else, waiting for its owner.
	if !user.Enabled || user.Attributes["email_verified"] != "true" {
		return match{}, nil
	}
	if pool.Linking == userpool.LinkingAutomatic && federation.EmailVerified(provider, assertion) {
		return match{user: &user, link: l.newLink(user, provider, assertion, "policy")}, nil
	}
	return match{prove: &user}, nil
}

func (l *Login) newLink(user userpool.User, provider *userpool.IdentityProvider, assertion federation.Assertion, actor string) *userpool.Link {
	now := l.Now()
	return &userpool.Link{
		Pool: user.Pool, Sub: user.Sub,
		Identity: userpool.Identity{
			Provider: provider.Name, Type: provider.Type, UserID: assertion.Subject, Issuer: assertion.Issuer, Attached: now,
		},
		Audit: userpool.Audit{ID: uuid.NewString(), At: now, Actor: actor, Action: "identity linked", Detail: provider.Name},
	}
}
