package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"portico/federation/saml"
	"portico/store"
	"portico/userpool"
)

// samlKeys loads the SAML keys, and first makes those that a provider of some pool needs and does not have: a provider
// may be declared, pasted in or added by another replica, and each finds its keys made by whoever loads it first.
func samlKeys(ctx context.Context, db *store.DB, pools []*userpool.Pool) (*userpool.SAMLKeyring, error) {
	keys, err := db.SAMLKeys(ctx)
	if err != nil {
		return nil, err
	}
	ring := userpool.NewSAMLKeyring(keys...)
	missing := ring.Missing(pools)
	if len(missing) == 0 {
		return ring, nil
	}
	if err := makeSAMLKeys(ctx, db, missing); err != nil {
		return nil, err
	}
	// Another replica may have been faster; what the store holds is what counts.
	if keys, err = db.SAMLKeys(ctx); err != nil {
		return nil, err
	}
	return userpool.NewSAMLKeyring(keys...), nil
}

// makeSAMLKeys makes first keys, as many at once as there are cores to make them.
func makeSAMLKeys(ctx context.Context, db *store.DB, owners []userpool.SAMLKeyOwner) error {
	var group errgroup.Group
	group.SetLimit(4)
	for _, owner := range owners {
		group.Go(func() error { return addSAMLKey(ctx, db, owner, 1) })
	}
	return group.Wait()
}

func addSAMLKey(ctx context.Context, db *store.DB, owner userpool.SAMLKeyOwner, generation int64) error {
	key, err := userpool.NewSAMLKey(owner, generation, time.Now(), rand.Reader)
	if err != nil {
		return fmt.Errorf("user pool %s: %w", owner.Pool, err)
	}
	return db.AddSAMLKey(ctx, key)
}

// samlKeysOf gives the keys that are used with a provider, those of the moment when they are asked for.
func (l *live) samlKeysOf(pool *userpool.Pool, provider *userpool.IdentityProvider) func() userpool.SAMLKeys {
	id, name := pool.ID, provider.Name
	return func() userpool.SAMLKeys { return l.now.Load().saml.Of(id, name) }
}

// samlMetadata is our SAML metadata for a provider, or for none in particular.
func (l *live) samlMetadata(pool *userpool.Pool, provider *userpool.IdentityProvider) ([]byte, error) {
	d := saml.Description{Pool: pool.ID, At: pool.At}
	name := ""
	if provider != nil {
		name, d.SignsRequests = provider.Name, provider.Details["RequestSigningAlgorithm"] != ""
	}
	d.Keys = l.now.Load().saml.Of(pool.ID, name)
	return saml.SPMetadata(d), nil
}
