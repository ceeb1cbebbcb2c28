package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/uuid"

	"portico/userpool"
	"portico/userpool/wire"
)

// insertTerms stores the terms of one app client. Those without a TermsId get one.
func (db *DB) insertTerms(ctx context.Context, tx querier, pool userpool.ID, client string, terms []types.TermsType) error {
	for _, t := range terms {
		if value(t.TermsId) == "" {
			t.TermsId = new(uuid.NewString())
		}
		t.UserPoolId, t.ClientId = new(string(pool)), &client
		t.CreationDate, t.LastModifiedDate = new(db.dateOr(t.CreationDate)), new(db.dateOr(t.LastModifiedDate))
		document, err := wire.Marshal(t)
		if err != nil {
			return fmt.Errorf("terms of app client %s: %w", client, err)
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO terms (
				client,
				name,
				id,
				document
			) VALUES ($1, $2, $3, $4)`,
			client, value(t.TermsName), *t.TermsId, string(document))
		if err != nil {
			return fmt.Errorf("create terms of app client %s: %w", client, err)
		}
	}
	return nil
}

// declaredTerms adds the terms of all clients to their declarations, after the clients.
func declaredTerms(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	type place struct {
		d *userpool.Declaration
		i int
	}
	clients := map[string]place{}
	for _, d := range of {
		for i, c := range d.Clients {
			clients[value(c.ClientId)] = place{d, i}
		}
	}
	rows, err := q.QueryContext(ctx, `
		SELECT
			client,
			document
		FROM terms
		ORDER BY client, name`)
	if err != nil {
		return fmt.Errorf("read terms: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var client string
		var document []byte
		if err := rows.Scan(&client, &document); err != nil {
			return fmt.Errorf("read terms: %w", err)
		}
		var terms types.TermsType
		if err := wire.Unmarshal(document, &terms); err != nil {
			return fmt.Errorf("terms of app client %s: %w", client, err)
		}
		if at, ok := clients[client]; ok {
			if at.d.Terms == nil {
				at.d.Terms = map[int][]types.TermsType{}
			}
			at.d.Terms[at.i] = append(at.d.Terms[at.i], terms)
		}
	}
	return rows.Err()
}
