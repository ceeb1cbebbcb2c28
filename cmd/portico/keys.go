package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"portico/federation/saml"
	"portico/userpool"
)

type keysCommand struct {
	List   keysListCommand   `cmd:"" help:"List the keys that sign a user pool's tokens, and where each is in its life."`
	Rotate keysRotateCommand `cmd:"" help:"Make a user pool new keys to sign tokens with: published now, used later."`
	SAML   samlKeysCommand   `cmd:"" name:"saml" help:"The keys of our SAML service provider: a pool's signing key, a provider's encryption key."`
}

type samlKeysCommand struct {
	Rotate samlRotateCommand `cmd:"" help:"Make a new key beside the ones there are. All are published; the old ones go on to work."`
	Drop   samlDropCommand   `cmd:"" help:"Forget all keys but the newest, once every provider knows that one."`
}

// samlKeyOwner says whose key is meant.
type samlKeyOwner struct {
	Pool     string `required:"" placeholder:"ID" help:"The user pool, as in us-east-1_Ab1Cd2Ef3."`
	Provider string `placeholder:"NAME" help:"The SAML provider whose encryption key is meant; without it, the pool's signing key."`
	place
}

// find opens the database beside the server and finds the owner and its keys.
func (o samlKeyOwner) find(ctx context.Context, around surroundings) (*beside, userpool.SAMLKeyOwner, *userpool.SAMLKeyring, error) {
	owner := userpool.SAMLKeyOwner{Pool: userpool.ID(o.Pool), Provider: o.Provider}
	opened, err := o.open(ctx, around)
	if err != nil {
		return nil, owner, nil, err
	}
	current, err := opened.catalog(ctx)
	if err == nil {
		err = knownOwner(current.Catalog(), owner)
	}
	if err != nil {
		_ = opened.db.Close()
		return nil, owner, nil, err
	}
	return opened, owner, current.now.Load().saml, nil
}

func knownOwner(catalog *userpool.Catalog, owner userpool.SAMLKeyOwner) error {
	pool, ok := catalog.ByID(owner.Pool)
	if !ok {
		return fmt.Errorf("there is no user pool %s", owner.Pool)
	}
	if owner.Provider == "" {
		return nil
	}
	if provider, ok := pool.Provider(owner.Provider); !ok || provider.Type != userpool.TypeSAML {
		return fmt.Errorf("user pool %s has no SAML provider %s", owner.Pool, owner.Provider)
	}
	return nil
}

type samlRotateCommand struct{ samlKeyOwner }

// Help shows examples.
func (samlRotateCommand) Help() string {
	return "Examples:\n  portico keys saml rotate --pool us-east-1_Ab1Cd2Ef3\n  portico keys saml rotate --pool us-east-1_Ab1Cd2Ef3 --provider Corp\n\n" +
		"A new signing key signs two weeks later, so that providers learn of it first. Then: portico keys saml drop."
}

// Run makes the next key.
func (c samlRotateCommand) Run(ctx context.Context, around surroundings) error {
	opened, owner, ring, err := c.find(ctx, around)
	if err != nil {
		return err
	}
	defer opened.db.Close()
	generation := ring.Newest(owner) + 1
	if err := addSAMLKey(ctx, opened.db, owner, generation); err != nil {
		return err
	}
	keys, err := opened.db.SAMLKeys(ctx)
	if err != nil {
		return err
	}
	key := newestOf(userpool.NewSAMLKeyring(keys...), owner)
	_, err = fmt.Fprintf(around.stdout, "Key %d, SHA-256 %x, until %s.\n%s\n", key.Generation, sha256.Sum256(key.Certificate.Raw),
		key.Certificate.NotAfter.UTC().Format(time.DateOnly), startsAt(key))
	return err
}

func newestOf(ring *userpool.SAMLKeyring, owner userpool.SAMLKeyOwner) userpool.SAMLKey {
	keys := ring.Of(owner.Pool, owner.Provider)
	if owner.Provider == "" {
		return keys.Signing[0]
	}
	return keys.Encryption[0]
}

func startsAt(key userpool.SAMLKey) string {
	if key.Provider != "" {
		return "It is in the metadata now. What is encrypted for the keys before still opens."
	}
	return "It is in the metadata now, and signs from " + saml.SignsFrom(key).UTC().Format(time.DateOnly) + " on, or once the keys before are dropped."
}

type samlDropCommand struct{ samlKeyOwner }

// Help shows an example.
func (samlDropCommand) Help() string {
	return "Example:\n  portico keys saml drop --pool us-east-1_Ab1Cd2Ef3 --provider Corp\n\n" +
		"What is encrypted for a dropped key cannot be opened any more. After a theft: rotate, then drop at once."
}

// Run drops all keys but the newest.
func (c samlDropCommand) Run(ctx context.Context, around surroundings) error {
	opened, owner, ring, err := c.find(ctx, around)
	if err != nil {
		return err
	}
	defer opened.db.Close()
	newest := ring.Newest(owner)
	if err := opened.db.DropSAMLKeys(ctx, owner, newest); err != nil {
		return err
	}
	_, err = fmt.Fprintf(around.stdout, "Key %d is the only one now.\n", newest)
	return err
}
