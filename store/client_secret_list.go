package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/wire"
)

// ClientSecrets lists the secrets of an app client, oldest first; a public client has none. It fails with
// userpool.ErrNotFound if there is no such client.
func (db *DB) ClientSecrets(ctx context.Context, pool userpool.ID, client userpool.ClientID) (secrets []userpool.ClientSecret, err error) {
	err = db.engine.snapshot(ctx, func(ctx context.Context, tx querier) error {
		secrets, err = db.clientSecrets(ctx, tx, pool, client)
		return err
	})
	return secrets, err
}

func (db *DB) clientSecrets(ctx context.Context, q querier, pool userpool.ID, client userpool.ClientID) ([]userpool.ClientSecret, error) {
	secrets, err := db.firstSecret(ctx, q, pool, client)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, `
		SELECT
			client,
			id,
			pool,
			secret,
			created
		FROM client_secrets
		WHERE client = $1
		ORDER BY id`,
		client)
	if err != nil {
		return nil, fmt.Errorf("read client secrets: %w", err)
	}
	more, err := db.scanClientSecrets(rows)
	return append(secrets, more...), err
}

// firstSecret reads the secret in a client's own row; a public client has none.
func (db *DB) firstSecret(ctx context.Context, q querier, pool userpool.ID, client userpool.ClientID) ([]userpool.ClientSecret, error) {
	var document, sealed []byte
	var created int64
	s := userpool.ClientSecret{Pool: pool, Client: client}
	err := q.QueryRowContext(ctx, `
		SELECT
			document,
			secret,
			secret_id,
			secret_created
		FROM clients
		WHERE id = $1 AND pool = $2`,
		client, pool).Scan(&document, &sealed, &s.ID, &created)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, userpool.ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("read app client %s: %w", client, err)
	case sealed == nil:
		return nil, nil
	}
	plain, err := db.open(sealed, "clients", pool, string(client))
	if err != nil {
		return nil, err
	}
	s.Value, s.Created = userpool.NewSecret(string(plain)), moment(created)
	if s.ID == "" { // as old as the client
		var c types.UserPoolClientType
		if err := wire.Unmarshal(document, &c); err != nil {
			return nil, fmt.Errorf("app client %s: %w", client, err)
		}
		s.Created = value(c.CreationDate)
		s.ID = userpool.ClientSecretID(client, s.Created, nil)
	}
	return []userpool.ClientSecret{s}, nil
}

// declaredClientSecrets adds the second secrets of all clients to the declarations of their pools.
func (db *DB) declaredClientSecrets(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	rows, err := q.QueryContext(ctx, `
		SELECT
			client,
			id,
			pool,
			secret,
			created
		FROM client_secrets
		ORDER BY client, id`)
	if err != nil {
		return fmt.Errorf("read client secrets: %w", err)
	}
	secrets, err := db.scanClientSecrets(rows)
	for _, s := range secrets {
		if d, ok := of[s.Pool]; ok {
			d.Secrets = append(d.Secrets, s)
		}
	}
	return err
}

// scanClientSecrets reads rows to their end and closes them.
func (db *DB) scanClientSecrets(rows *sql.Rows) ([]userpool.ClientSecret, error) {
	defer rows.Close()
	var secrets []userpool.ClientSecret
	for rows.Next() {
		var s userpool.ClientSecret
		var sealed []byte
		var created int64
		if err := rows.Scan(&s.Client, &s.ID, &s.Pool, &sealed, &created); err != nil {
			return nil, fmt.Errorf("read client secrets: %w", err)
		}
		plain, err := db.open(sealed, "client_secrets", s.Pool, clientSecretRow(s))
		if err != nil {
			return nil, fmt.Errorf("app client %s: %w", s.Client, err)
		}
		s.Value, s.Created = userpool.NewSecret(string(plain)), moment(created)
		secrets = append(secrets, s)
	}
	return secrets, rows.Err()
}
