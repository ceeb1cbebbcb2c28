package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/token"
	"portico/userpool/wire"
)

// CreatePool stores a pool with its clients, providers, resource servers, groups and signing keys in one commit. The
// pool's ID and those of its clients must be set; absent dates become the present. Declared users are not stored: the
// directory creates those. It fails with ErrExists if there is a pool of this ID, with ErrClientExists if an app client
// of some pool has the ID of one of these; then nothing was changed.
func (db *DB) CreatePool(ctx context.Context, d userpool.Declaration, keys []token.Key) error {
	id := userpool.ID(value(d.Pool.Id))
	if id == "" {
		return errors.New("create a user pool: the declaration has no Id")
	}
	sealed, err := db.sealKeys(id, keys) // not in the transaction: encoding a key takes its time
	if err != nil {
		return err
	}
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		if err := db.insertPool(ctx, tx, d.Pool, d.Factors); err != nil {
			return err
		}
		if err := db.insertDeclared(ctx, tx, id, d); err != nil {
			return err
		}
		for _, key := range sealed {
			if err := insertKey(ctx, tx, key); err != nil {
				return err
			}
		}
		return raiseSettingsVersion(ctx, tx)
	})
}

func (db *DB) insertPool(ctx context.Context, tx querier, p types.UserPoolType, factors userpool.FactorDocument) error {
	p.CreationDate, p.LastModifiedDate = new(db.dateOr(p.CreationDate)), new(db.dateOr(p.LastModifiedDate))
	document, err := wire.Marshal(p)
	if err != nil {
		return fmt.Errorf("user pool %s: %w", *p.Id, err)
	}
	more, err := wire.Marshal(factors)
	if err != nil {
		return fmt.Errorf("user pool %s: %w", *p.Id, err)
	}
	made, err := changed(ctx, tx, `
		INSERT INTO pools (
			id,
			document,
			factors
		) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`,
		*p.Id, string(document), string(more))
	if err != nil {
		return fmt.Errorf("create user pool %s: %w", *p.Id, err)
	}
	if !made {
		return ErrExists
	}
	return nil
}

// insertDeclared stores what belongs to a pool.
func (db *DB) insertDeclared(ctx context.Context, tx querier, pool userpool.ID, d userpool.Declaration) error {
	for i, client := range d.Clients {
		if err := db.insertClient(ctx, tx, pool, i, client); err != nil {
			return err
		}
		if err := db.insertTerms(ctx, tx, pool, value(client.ClientId), d.Terms[i]); err != nil {
			return err
		}
	}
	for i, provider := range d.Providers {
		if err := db.insertProvider(ctx, tx, pool, i, provider); err != nil {
			return err
		}
	}
	for i, server := range d.ResourceServers {
		if err := insertResourceServer(ctx, tx, pool, i, server); err != nil {
			return err
		}
	}
	for _, group := range d.Groups {
		if err := db.insertDeclaredGroup(ctx, tx, pool, group); err != nil {
			return err
		}
	}
	return db.putBrandings(ctx, tx, pool, d.UICustomizations, d.ManagedLoginBrandings)
}

// Declarations loads all pools by ID, each with clients, providers and resource servers in the order they were declared,
// and its groups by name. Users are not included. All of it is of one moment.
func (db *DB) Declarations(ctx context.Context) ([]userpool.Declaration, error) {
	var all []*userpool.Declaration
	err := db.engine.snapshot(ctx, func(ctx context.Context, tx querier) (err error) {
		if all, err = declaredPools(ctx, tx); err != nil {
			return err
		}
		of := map[userpool.ID]*userpool.Declaration{}
		for _, d := range all {
			of[userpool.ID(value(d.Pool.Id))] = d
		}
		return errors.Join(
			db.declaredClients(ctx, tx, of),
			db.declaredClientSecrets(ctx, tx, of),
			declaredTerms(ctx, tx, of),
			db.declaredProviders(ctx, tx, of),
			declaredResourceServers(ctx, tx, of),
			declaredGroups(ctx, tx, of),
			declaredBrandings(ctx, tx, of),
		)
	})
	if err != nil {
		return nil, fmt.Errorf("load the user pools: %w", err)
	}
	declarations := make([]userpool.Declaration, len(all))
	for i, d := range all {
		declarations[i] = *d
	}
	return declarations, nil
}

func declaredPools(ctx context.Context, q querier) ([]*userpool.Declaration, error) {
	rows, err := q.QueryContext(ctx, `SELECT document, COALESCE(factors, '{}') FROM pools ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*userpool.Declaration
	for rows.Next() {
		var document, factors []byte
		if err := rows.Scan(&document, &factors); err != nil {
			return nil, err
		}
		d := &userpool.Declaration{}
		if err := wire.Unmarshal(document, &d.Pool); err != nil {
			return nil, fmt.Errorf("document of a user pool: %w", err)
		}
		if err := wire.Unmarshal(factors, &d.Factors); err != nil {
			return nil, fmt.Errorf("factors of a user pool: %w", err)
		}
		all = append(all, d)
	}
	return all, rows.Err()
}

// dateOr is a document's date, or the present.
func (db *DB) dateOr(given *time.Time) time.Time {
	if given != nil {
		return *given
	}
	return db.now().UTC()
}

// value reads an optional member of an API document: absent is the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// orNil makes an empty text an absent member.
func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// dated makes a zero date an absent one.
func dated(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
