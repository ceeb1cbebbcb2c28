package store

import (
	"context"
	"fmt"

	"portico/userpool"
	"portico/userpool/wire"
)

// Kinds of looks.
const (
	classicLook = "classic"
	managedLook = "managed"
)

// PutBrandings stores how the pages of some clients look, in place of what they looked like; others keep their looks. Absent dates
// become the present. It fails with userpool.ErrNotFound if there is no such pool.
func (db *DB) PutBrandings(ctx context.Context, pool userpool.ID, classic []userpool.UICustomization, managed []userpool.ManagedLoginBranding) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		// Touching the pool first makes sure that there is one, on engines that look at references late too.
		known, err := changed(ctx, tx, `UPDATE pools SET id = id WHERE id = $1`, pool)
		if err != nil {
			return fmt.Errorf("look of user pool %s: %w", pool, err)
		}
		if !known {
			return userpool.ErrNotFound
		}
		if err := db.putBrandings(ctx, tx, pool, classic, managed); err != nil {
			return err
		}
		return raiseSettingsVersion(ctx, tx)
	})
}

func (db *DB) putBrandings(ctx context.Context, tx querier, pool userpool.ID, classic []userpool.UICustomization, managed []userpool.ManagedLoginBranding) error {
	for _, c := range classic {
		c.CreationDate, c.LastModifiedDate = db.dateOr(dated(c.CreationDate)), db.dateOr(dated(c.LastModifiedDate))
		if err := putBranding(ctx, tx, pool, classicLook, c.ClientId, c); err != nil {
			return err
		}
	}
	for _, m := range managed {
		m.CreationDate, m.LastModifiedDate = db.dateOr(dated(m.CreationDate)), db.dateOr(dated(m.LastModifiedDate))
		if err := putBranding(ctx, tx, pool, managedLook, m.ClientId, m); err != nil {
			return err
		}
	}
	return nil
}

func putBranding(ctx context.Context, tx querier, pool userpool.ID, kind, client string, look any) error {
	document, err := wire.Marshal(look)
	if err != nil {
		return fmt.Errorf("%s look of client %s: %w", kind, client, err)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO brandings (
			pool,
			kind,
			client,
			document
		) VALUES ($1, $2, $3, $4)
		ON CONFLICT (pool, kind, client) DO UPDATE SET document = $4`,
		pool, kind, client, string(document))
	if err != nil {
		return fmt.Errorf("%s look of client %s: %w", kind, client, err)
	}
	return nil
}

// declaredBrandings adds the looks of all pools to their declarations.
func declaredBrandings(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	rows, err := q.QueryContext(ctx, `
		SELECT
			pool,
			kind,
			document
		FROM brandings
		ORDER BY pool, kind, client`)
	if err != nil {
		return fmt.Errorf("read looks: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var pool userpool.ID
		var kind string
		var document []byte
		if err := rows.Scan(&pool, &kind, &document); err != nil {
			return fmt.Errorf("read looks: %w", err)
		}
		d, ok := of[pool]
		if !ok {
			continue
		}
		if kind == classicLook {
			err = appendDocument(&d.UICustomizations, document)
		} else {
			err = appendDocument(&d.ManagedLoginBrandings, document)
		}
		if err != nil {
			return fmt.Errorf("document of a %s look: %w", kind, err)
		}
	}
	return rows.Err()
}

func appendDocument[T any](list *[]T, document []byte) error {
	var one T
	if err := wire.Unmarshal(document, &one); err != nil {
		return err
	}
	*list = append(*list, one)
	return nil
}
