package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/wire"
)

func insertResourceServer(ctx context.Context, tx querier, pool userpool.ID, position int, s types.ResourceServerType) error {
	s.UserPoolId = new(string(pool))
	document, err := wire.Marshal(s)
	if err != nil {
		return fmt.Errorf("resource server %s: %w", value(s.Identifier), err)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO resource_servers (
			pool,
			identifier,
			position,
			document
		) VALUES ($1, $2, $3, $4)`,
		pool, value(s.Identifier), position, string(document))
	if err != nil {
		return fmt.Errorf("create resource server %s: %w", value(s.Identifier), err)
	}
	return nil
}

// declaredResourceServers adds the resource servers of all pools to their declarations.
func declaredResourceServers(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	rows, err := q.QueryContext(ctx, `
		SELECT
			pool,
			document
		FROM resource_servers
		ORDER BY pool, position`)
	if err != nil {
		return fmt.Errorf("read resource servers: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var pool userpool.ID
		var document []byte
		if err := rows.Scan(&pool, &document); err != nil {
			return fmt.Errorf("read resource servers: %w", err)
		}
		var server types.ResourceServerType
		if err := wire.Unmarshal(document, &server); err != nil {
			return fmt.Errorf("document of a resource server: %w", err)
		}
		if d, ok := of[pool]; ok {
			d.ResourceServers = append(d.ResourceServers, server)
		}
	}
	return rows.Err()
}
