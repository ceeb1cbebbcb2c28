package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/uuid"

	"portico/config"
	"portico/store"
	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/token"
)

// declare creates the pools that the store does not have yet, found by Id or else by name. Of those that exist it changes their
// looks only, where the file has others: whoever edits a style sheet wants to see it. It reports what it created.
func declare(ctx context.Context, db *store.DB, region string, pools []config.Pool, now time.Time) ([]userpool.Declaration, error) {
	existing, err := db.Declarations(ctx)
	if err != nil {
		return nil, err
	}
	var created []userpool.Declaration
	for _, pool := range pools {
		if i := find(existing, pool.Declaration); i >= 0 {
			if err := restyle(ctx, db, existing[i], pool.Declaration, now); err != nil {
				return created, err
			}
			continue
		}
		d, err := complete(pool, region, now)
		if err != nil {
			return created, err
		}
		id := userpool.ID(*d.Pool.Id)
		keys, err := token.NewPair(id, userpool.Assemble(d, userpool.Addresses{}).Signing, now, now, rand.Reader)
		if err != nil {
			return created, err
		}
		err = db.CreatePool(ctx, d, keys)
		if errors.Is(err, store.ErrExists) { // another replica was first
			continue
		}
		if err != nil {
			return created, fmt.Errorf("create user pool %s: %w", id, err)
		}
		created = append(created, d)
	}
	return created, nil
}

func known(existing []userpool.Declaration, wanted userpool.Declaration) bool {
	return find(existing, wanted) >= 0
}

// find gives the place of a pool among those that exist, or a negative number.
func find(existing []userpool.Declaration, wanted userpool.Declaration) int {
	return slices.IndexFunc(existing, func(e userpool.Declaration) bool {
		if wanted.Pool.Id != nil {
			return *e.Pool.Id == *wanted.Pool.Id
		}
		return e.Pool.Name != nil && wanted.Pool.Name != nil && *e.Pool.Name == *wanted.Pool.Name
	})
}

// restyle writes the looks that differ, in one commit; mostly there are none.
func restyle(ctx context.Context, db *store.DB, existing, wanted userpool.Declaration, now time.Time) error {
	classic, managed := existing.LooksToWrite(wanted, now, uuid.NewString)
	if len(classic)+len(managed) == 0 {
		return nil
	}
	return db.PutBrandings(ctx, userpool.ID(*existing.Pool.Id), classic, managed)
}

// complete makes what a declaration leaves to us: IDs, secrets, dates, and COGNITO as the way in of a client that names none.
func complete(pool config.Pool, region string, now time.Time) (userpool.Declaration, error) {
	d := pool.Declaration
	if d.Pool.Id == nil {
		id := region + "_" + random(9, upper+lower+digits)
		d.Pool.Id = &id
	}
	d.Pool.CreationDate, d.Pool.LastModifiedDate = &now, &now
	for i := range d.Clients {
		c := &d.Clients[i]
		if c.ClientId == nil {
			id := random(26, lower+digits)
			c.ClientId = &id
		}
		if c.ClientSecret == nil && pool.GenerateSecret[i] {
			secret := random(52, lower+digits)
			c.ClientSecret = &secret
		}
		if len(c.SupportedIdentityProviders) == 0 {
			c.SupportedIdentityProviders = []string{userpool.COGNITO}
		}
		c.UserPoolId, c.CreationDate, c.LastModifiedDate = d.Pool.Id, &now, &now
	}
	for _, documents := range d.Terms {
		for i := range documents { // CreateTerms has one value for each
			documents[i].Enforcement, documents[i].TermsSource = types.TermsEnforcementTypeNone, types.TermsSourceTypeLink
		}
	}
	for i := range d.Providers {
		d.Providers[i].UserPoolId, d.Providers[i].CreationDate, d.Providers[i].LastModifiedDate = d.Pool.Id, &now, &now
	}
	bare := d
	bare.UICustomizations, bare.ManagedLoginBrandings = nil, nil
	d.UICustomizations, d.ManagedLoginBrandings = bare.LooksToWrite(d, now, uuid.NewString)
	return d, nil
}

// people creates the users that the file declares, where they do not exist.
func people(ctx context.Context, staff *directory.Directory, catalog *userpool.Catalog, pools []config.Pool) error {
	for _, pool := range catalog.Pools() {
		for _, declared := range pools {
			d := declared.Declaration
			if !known([]userpool.Declaration{{Pool: pool.API}}, d) {
				continue
			}
			for _, user := range d.Users {
				if err := staff.CreateDeclared(ctx, pool, user); err != nil {
					return fmt.Errorf("create user %s of pool %s: %w", user.Username, pool.ID, err)
				}
			}
		}
	}
	return nil
}

const (
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits = "0123456789"
)

// random is n characters of an alphabet, each equally likely.
func random(n int, alphabet string) string {
	limit := byte(256 - 256%len(alphabet)) // bytes above would favour the first letters
	if 256%len(alphabet) == 0 {
		limit = 255
	}
	out := make([]byte, 0, n)
	var b [64]byte
	for len(out) < n {
		if _, err := io.ReadFull(rand.Reader, b[:]); err != nil {
			panic("portico: no randomness: " + err.Error())
		}
		for _, c := range b {
			if c < limit && len(out) < n {
				out = append(out, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(out)
}
