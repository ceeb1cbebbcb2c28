package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/wire"
)

func (db *DB) insertClient(ctx context.Context, tx querier, pool userpool.ID, position int, c types.UserPoolClientType) error {
	id := value(c.ClientId)
	if id == "" {
		return fmt.Errorf("user pool %s: an app client has no ClientId", pool)
	}
	var secret []byte
	if text := value(c.ClientSecret); text != "" {
		secret = db.seal([]byte(text), "clients", pool, id)
	}
	c.ClientSecret = nil
	c.UserPoolId = new(string(pool))
	c.CreationDate, c.LastModifiedDate = new(db.dateOr(c.CreationDate)), new(db.dateOr(c.LastModifiedDate))
	document, err := wire.Marshal(c)
	if err != nil {
		return fmt.Errorf("app client %s: %w", id, err)
	}
	made, err := changed(ctx, tx, `
		INSERT INTO clients (
			id,
			pool,
			position,
			document,
			secret
		) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`,
		id, pool, position, string(document), secret)
	if err != nil {
		return fmt.Errorf("create app client %s: %w", id, err)
	}
	if !made {
		return fmt.Errorf("%s: %w", id, ErrClientExists)
	}
	return nil
}

// declaredClients adds the clients of all pools to their declarations.
func (db *DB) declaredClients(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	rows, err := q.QueryContext(ctx, `
		SELECT
			id,
			pool,
			document,
			secret
		FROM clients
		ORDER BY pool, position`)
	if err != nil {
		return fmt.Errorf("read app clients: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var pool userpool.ID
		var document, sealed []byte
		if err := rows.Scan(&id, &pool, &document, &sealed); err != nil {
			return fmt.Errorf("read app clients: %w", err)
		}
		client, err := db.openClient(id, pool, document, sealed)
		if err != nil {
			return fmt.Errorf("app client %s: %w", id, err)
		}
		if d, ok := of[pool]; ok {
			d.Clients = append(d.Clients, client)
		}
	}
	return rows.Err()
}

func (db *DB) openClient(id string, pool userpool.ID, document, sealed []byte) (c types.UserPoolClientType, err error) {
	if err := wire.Unmarshal(document, &c); err != nil {
		return c, err
	}
	if sealed != nil {
		secret, err := db.open(sealed, "clients", pool, id)
		if err != nil {
			return c, err
		}
		c.ClientSecret = new(string(secret))
	}
	return c, nil
}
