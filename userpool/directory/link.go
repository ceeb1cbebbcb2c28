package directory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"portico/userpool"
)

// ProviderUser names an account, at a provider or in the pool (API reference, ProviderUserIdentifierType).
type ProviderUser struct {
	ProviderName   string // "Cognito" means the pool's own users
	AttributeName  string // Cognito_Subject, or for SAML and OIDC a mapped attribute of the pool
	AttributeValue string
}

// nativeProvider is the API's name for the pool's own users.
const nativeProvider = "Cognito"

func (u ProviderUser) native() bool { return strings.EqualFold(u.ProviderName, nativeProvider) }

// LinkError says why a link cannot be made, in the API's words where they are known.
type LinkError struct{ Text string }

func (e *LinkError) Error() string { return e.Text }

// LinkProvider attaches a provider's account to an existing user (AdminLinkProviderForUser). The account must not have a
// user of its own yet. Whoever controls the value at the provider is that user from then on.
//
// It fails with ErrNoUser (no destination), *LinkError, userpool.ErrIdentityTaken or userpool.ErrLinkLimit.
func (d *Directory) LinkProvider(ctx context.Context, pool *userpool.Pool, destination, source ProviderUser, actor string) error {
	provider, err := linkSource(pool, source)
	if err != nil {
		return err
	}
	user, err := d.accountOf(ctx, pool, destination)
	if err != nil {
		return err
	}
	if name, ok := immutableInTheWay(pool, provider, user); ok {
		return &LinkError{fmt.Sprintf("Attribute %s cannot be changed and has a value already", name)}
	}
	now := d.Now()
	identity := userpool.Identity{Provider: provider.Name, Type: provider.Type, UserID: source.AttributeValue, Attached: now}
	if source.AttributeName != userpool.CognitoSubject {
		identity.Attribute = source.AttributeName
	}
	return d.Storage.LinkIdentity(ctx, userpool.Link{
		Pool: pool.ID, Sub: user.Sub, Identity: identity,
		Audit: userpool.Audit{
			ID: uuid.NewString(), At: now, Actor: actor, Action: "identity linked",
			Detail: provider.Name + " by " + source.AttributeName,
		},
	})
}

// linkSource checks what is to be linked.
func linkSource(pool *userpool.Pool, source ProviderUser) (*userpool.IdentityProvider, error) {
	if source.native() {
		return nil, &LinkError{"Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser"}
	}
	provider, ok := pool.Provider(source.ProviderName)
	if !ok {
		return nil, &LinkError{"Invalid SourceUser: there is no identity provider " + source.ProviderName}
	}
	if source.AttributeValue == "" || len(source.AttributeValue) > userpool.MaxAttributeLength {
		return nil, &LinkError{"Invalid SourceUser: ProviderAttributeValue is missing or too long"}
	}
	if source.AttributeName == userpool.CognitoSubject {
		return provider, nil
	}
	byAttribute := []userpool.ProviderType{userpool.TypeSAML, userpool.TypeOIDC}
	if !slices.Contains(byAttribute, provider.Type) {
		return nil, &LinkError{"Invalid SourceUser: for social providers ProviderAttributeName must be " + userpool.CognitoSubject}
	}
	if _, mapped := provider.Mapping[source.AttributeName]; !mapped {
		return nil, &LinkError{"Invalid SourceUser: " + source.AttributeName + " is not a mapped attribute of " + provider.Name}
	}
	return provider, nil
}

// accountOf finds the user that an identifier names: by user name, or by the name a provider knows the person by.
func (d *Directory) accountOf(ctx context.Context, pool *userpool.Pool, who ProviderUser) (userpool.User, error) {
	var user userpool.User
	var err error
	if who.native() {
		user, err = d.Storage.UserByUsername(ctx, pool.ID, pool.UsernameKey(who.AttributeValue))
	} else {
		user, err = d.Storage.UserByIdentity(ctx, pool.ID, who.ProviderName, who.AttributeValue)
	}
	if errors.Is(err, userpool.ErrNotFound) {
		return userpool.User{}, ErrNoUser
	}
	return user, err
}

// immutableInTheWay finds a mapped attribute that the link could never write: it has a value and may not be changed.
func immutableInTheWay(pool *userpool.Pool, provider *userpool.IdentityProvider, user userpool.User) (string, bool) {
	for name := range provider.Mapping {
		attribute, known := pool.Schema[name]
		if known && !attribute.Mutable && strings.HasPrefix(name, "custom:") && user.Attributes[name] != "" {
			return name, true
		}
	}
	return "", false
}

// DisableProvider undoes a way of signing in (AdminDisableProviderForUser): for the pool's own users the password, for a
// provider the link. The next sign-in at the provider then makes a separate user. It fails with ErrNoUser or *LinkError.
func (d *Directory) DisableProvider(ctx context.Context, pool *userpool.Pool, who ProviderUser, actor string) error {
	now := d.Now()
	audit := userpool.Audit{ID: uuid.NewString(), At: now, Actor: actor}
	if who.native() {
		if who.AttributeName != userpool.CognitoSubject {
			return &LinkError{"ProviderAttributeName must be " + userpool.CognitoSubject}
		}
		user, err := d.accountOf(ctx, pool, who)
		if err != nil {
			return err
		}
		audit.Action = "password sign-in disabled"
		return d.Storage.ChangeUser(ctx, userpool.UserChange{
			Pool: pool.ID, Sub: user.Sub, Version: user.Version, DropPassword: true, Audit: &audit, Modified: now,
		})
	}
	unlink := userpool.Unlink{Pool: pool.ID, Provider: who.ProviderName, Value: who.AttributeValue, Audit: audit}
	if who.AttributeName != userpool.CognitoSubject {
		unlink.Attribute = who.AttributeName
	}
	unlink.Audit.Action, unlink.Audit.Detail = "identity unlinked", who.ProviderName+" by "+who.AttributeName
	_, err := d.Storage.UnlinkIdentity(ctx, unlink)
	if errors.Is(err, userpool.ErrNotFound) {
		return ErrNoUser
	}
	return err
}
