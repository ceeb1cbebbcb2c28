package store

import (
	"context"
	"fmt"

	"portico/userpool"
)

// AddClientSecret gives an app client another secret, which works beside the one it has. It fails with userpool.ErrNotFound
// (no such client), or as userpool.MayAddSecret does; then nothing was changed.
func (db *DB) AddClientSecret(ctx context.Context, pool userpool.ID, client userpool.ClientID, value userpool.Secret) (userpool.ClientSecret, error) {
	added := userpool.ClientSecret{Pool: pool, Client: client, Value: value, Created: moment(micros(db.now()))}
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		have, err := db.lockedSecrets(ctx, tx, pool, client)
		if err != nil {
			return err
		}
		if err := userpool.MayAddSecret(have, value); err != nil {
			return err
		}
		added.ID = userpool.ClientSecretID(client, added.Created, have)
		if err := db.insertClientSecret(ctx, tx, added); err != nil {
			return err
		}
		return raiseSettingsVersion(ctx, tx)
	})
	if err != nil {
		return userpool.ClientSecret{}, err
	}
	return added, nil
}

// DeleteClientSecret takes a secret from an app client. It fails with userpool.ErrNotFound (no such client or secret), or as
// userpool.MayDeleteSecret does; then nothing was changed.
func (db *DB) DeleteClientSecret(ctx context.Context, pool userpool.ID, client userpool.ClientID, id string) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		have, err := db.lockedSecrets(ctx, tx, pool, client)
		if err != nil {
			return err
		}
		i, err := userpool.MayDeleteSecret(have, id)
		if err != nil {
			return err
		}
		leaves := have[i]
		if i == 0 { // it stands in the client's row, and the next one moves there
			leaves = have[1]
			if err := db.updateFirstSecret(ctx, tx, have[1]); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM client_secrets WHERE client = $1 AND id = $2`, client, leaves.ID); err != nil {
			return fmt.Errorf("delete a secret of app client %s: %w", client, err)
		}
		return raiseSettingsVersion(ctx, tx)
	})
}

// lockedSecrets lists them for a change. Touching the client first makes two changes wait for each other, so that the rules
// hold.
func (db *DB) lockedSecrets(ctx context.Context, tx querier, pool userpool.ID, client userpool.ClientID) ([]userpool.ClientSecret, error) {
	touched, err := changed(ctx, tx, `UPDATE clients SET position = position WHERE id = $1 AND pool = $2`, client, pool)
	if err != nil {
		return nil, fmt.Errorf("change the secrets of app client %s: %w", client, err)
	}
	if !touched {
		return nil, userpool.ErrNotFound
	}
	return db.clientSecrets(ctx, tx, pool, client)
}

func (db *DB) updateFirstSecret(ctx context.Context, tx querier, s userpool.ClientSecret) error {
	sealed := db.seal([]byte(s.Value.Reveal()), "clients", s.Pool, string(s.Client))
	_, err := tx.ExecContext(ctx, `UPDATE clients SET secret = $2, secret_id = $3, secret_created = $4 WHERE id = $1`,
		s.Client, sealed, s.ID, micros(s.Created))
	if err != nil {
		return fmt.Errorf("move a secret of app client %s: %w", s.Client, err)
	}
	return nil
}

// clientSecretRow names a secret's row for its seal.
func clientSecretRow(s userpool.ClientSecret) string { return string(s.Client) + " " + s.ID }

func (db *DB) insertClientSecret(ctx context.Context, tx querier, s userpool.ClientSecret) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO client_secrets (
			client,
			id,
			pool,
			secret,
			created
		) VALUES ($1, $2, $3, $4, $5)`,
		s.Client, s.ID, s.Pool, db.seal([]byte(s.Value.Reveal()), "client_secrets", s.Pool, clientSecretRow(s)), micros(s.Created))
	if err != nil {
		return fmt.Errorf("add a secret to app client %s: %w", s.Client, err)
	}
	return nil
}
