package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

// joinGroup makes a user a member of a group, and makes the group if there is none of its name. An existing group keeps
// its description, role and precedence.
func joinGroup(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, g userpool.Group, now time.Time) error {
	if err := insertGroup(ctx, tx, pool, g, now, now); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO memberships (
			pool,
			sub,
			group_name
		) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`,
		pool, sub, g.Name)
	if err != nil {
		return fmt.Errorf("join a group: %w", err)
	}
	return nil
}

func insertGroup(ctx context.Context, tx querier, pool userpool.ID, g userpool.Group, created, modified time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO groups (
			pool,
			name,
			description,
			role_arn,
			precedence,
			created,
			modified
		) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		pool, g.Name, g.Description, g.RoleARN, g.Precedence, micros(created), micros(modified))
	if err != nil {
		return fmt.Errorf("create group %s: %w", g.Name, err)
	}
	return nil
}

// insertDeclaredGroup makes a group from the API's document.
func (db *DB) insertDeclaredGroup(ctx context.Context, tx querier, pool userpool.ID, g types.GroupType) error {
	group := userpool.Group{Name: value(g.GroupName), Description: value(g.Description), RoleARN: value(g.RoleArn)}
	if g.Precedence != nil {
		group.Precedence = new(int(*g.Precedence))
	}
	return insertGroup(ctx, tx, pool, group, db.dateOr(g.CreationDate), db.dateOr(g.LastModifiedDate))
}

// declaredGroups adds the groups of all pools to their declarations, by name.
func declaredGroups(ctx context.Context, q querier, of map[userpool.ID]*userpool.Declaration) error {
	rows, err := q.QueryContext(ctx, `
		SELECT
			pool,
			name,
			description,
			role_arn,
			precedence,
			created,
			modified
		FROM groups`)
	if err != nil {
		return fmt.Errorf("read groups: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		pool, group, err := scanDeclaredGroup(rows)
		if err != nil {
			return fmt.Errorf("read groups: %w", err)
		}
		if d, ok := of[pool]; ok {
			d.Groups = append(d.Groups, group)
		}
	}
	for _, d := range of {
		slices.SortFunc(d.Groups, func(a, b types.GroupType) int { return cmp.Compare(value(a.GroupName), value(b.GroupName)) })
	}
	return rows.Err()
}

func scanDeclaredGroup(rows *sql.Rows) (pool userpool.ID, g types.GroupType, err error) {
	var name, description, roleARN string
	var precedence sql.NullInt64
	var created, modified int64
	if err := rows.Scan(&pool, &name, &description, &roleARN, &precedence, &created, &modified); err != nil {
		return "", g, err
	}
	g = types.GroupType{
		UserPoolId: new(string(pool)), GroupName: &name, Description: orNil(description), RoleArn: orNil(roleARN),
		CreationDate: new(moment(created)), LastModifiedDate: new(moment(modified)),
	}
	if precedence.Valid {
		g.Precedence = new(int32(precedence.Int64))
	}
	return pool, g, nil
}
