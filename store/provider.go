package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/wire"
)

func (db *DB) insertProvider(ctx context.Context, tx querier, pool userpool.ID, position int, p types.IdentityProviderType) error {
	name := value(p.ProviderName)
	details, err := json.Marshal(p.ProviderDetails)
	if err != nil {
		return fmt.Errorf("identity provider %s: %w", name, err)
	}
	p.ProviderDetails = nil
	p.UserPoolId = new(string(pool))
	p.CreationDate, p.LastModifiedDate = new(db.dateOr(p.CreationDate)), new(db.dateOr(p.LastModifiedDate))
	document, err := wire.Marshal(p)
	if err != nil {
		return fmt.Errorf("identity provider %s: %w", name, err)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO providers (
			pool,
			name,
			position,
			document,
			details
		) VALUES ($1, $2, $3, $4, $5)`,
		pool, name, position, string(document), db.seal(details, "providers", pool, name))
	if err != nil {
		return fmt.Errorf("create identity provider %s: %w", name, err)
	}
	return nil
}

// declaredProviders adds the providers of all pools to their declarations.
func (db *DB) declaredProviders(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	rows, err := q.QueryContext(ctx, `
		SELECT
			pool,
			name,
			document,
			details
		FROM providers
		ORDER BY pool, position`)
	if err != nil {
		return fmt.Errorf("read identity providers: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var pool userpool.ID
		var name string
		var document, sealed []byte
		if err := rows.Scan(&pool, &name, &document, &sealed); err != nil {
			return fmt.Errorf("read identity providers: %w", err)
		}
		provider, err := db.openProvider(pool, name, document, sealed)
		if err != nil {
			return fmt.Errorf("identity provider %s: %w", name, err)
		}
		if d, ok := of[pool]; ok {
			d.Providers = append(d.Providers, provider)
		}
	}
	return rows.Err()
}

func (db *DB) openProvider(pool userpool.ID, name string, document, sealed []byte) (p types.IdentityProviderType, err error) {
	if err := wire.Unmarshal(document, &p); err != nil {
		return p, err
	}
	details, err := db.open(sealed, "providers", pool, name)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(details, &p.ProviderDetails); err != nil {
		return p, fmt.Errorf("details: %w", err)
	}
	return p, nil
}
