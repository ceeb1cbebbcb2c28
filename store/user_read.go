package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"portico/userpool"
)

// UserBySub finds a user by the lasting name. Like every method that returns a user, it returns the whole one, with
// identities and groups. They are read by one statement: a statement costs as much as the point reads it is made of, and
// every refresh, userInfo and resumed session waits for this one.
func (db *DB) UserBySub(ctx context.Context, pool userpool.ID, sub userpool.Sub) (userpool.User, error) {
	rows, err := db.read().QueryContext(ctx, `
		SELECT 'user', username, status, attributes, COALESCE(mfa, ''), '', enabled, created, modified, version
		FROM users
		WHERE pool = $1 AND sub = $2
		UNION ALL
		SELECT 'identity', provider, type, user_id, issuer, attribute, is_primary, attached, position, 0
		FROM identities
		WHERE pool = $1 AND sub = $2
		UNION ALL
		SELECT 'group', g.name, g.description, g.role_arn, '', '', g.precedence IS NOT NULL, 0, 0, COALESCE(g.precedence, 0)
		FROM memberships m
		JOIN groups g ON g.pool = m.pool AND g.name = m.group_name
		WHERE m.pool = $1 AND m.sub = $2`,
		pool, sub)
	if err != nil {
		return userpool.User{}, fmt.Errorf("read a user: %w", err)
	}
	parts, err := scanParts(rows)
	if err != nil {
		return userpool.User{}, fmt.Errorf("read a user: %w", err)
	}
	return wholeUser(pool, sub, parts)
}

// UserByUsername finds a user by the key of the user name.
func (db *DB) UserByUsername(ctx context.Context, pool userpool.ID, key string) (userpool.User, error) {
	return db.userNamedBy(ctx, pool, `SELECT sub FROM users WHERE pool = $1 AND username_key = $2`, pool, indexed(key))
}

// UserByAlias finds the user who signs in with an alias.
func (db *DB) UserByAlias(ctx context.Context, pool userpool.ID, kind, key string) (userpool.User, error) {
	return db.userNamedBy(ctx, pool, `SELECT sub FROM aliases WHERE pool = $1 AND kind = $2 AND alias_key = $3`, pool, kind, indexed(key))
}

// UserByIdentity finds the user an account at a provider belongs to.
func (db *DB) UserByIdentity(ctx context.Context, pool userpool.ID, provider, userID string) (userpool.User, error) {
	return db.userByLink(ctx, pool, provider, "", userID)
}

// UserByLink finds the user that was linked by an attribute's value and has not come from the provider yet.
func (db *DB) UserByLink(ctx context.Context, pool userpool.ID, provider, attribute, value string) (userpool.User, error) {
	return db.userByLink(ctx, pool, provider, attribute, value)
}

func (db *DB) userByLink(ctx context.Context, pool userpool.ID, provider, attribute, value string) (userpool.User, error) {
	return db.userNamedBy(ctx, pool, `SELECT sub FROM identities WHERE pool = $1 AND provider = $2 AND user_key = $3 AND attribute = $4`,
		pool, provider, identityKey(attribute, value), attribute)
}

// userNamedBy finds a user by a statement that selects the lasting name.
func (db *DB) userNamedBy(ctx context.Context, pool userpool.ID, query string, args ...any) (userpool.User, error) {
	var sub userpool.Sub
	err := db.read().QueryRowContext(ctx, query, args...).Scan(&sub)
	if errors.Is(err, sql.ErrNoRows) {
		return userpool.User{}, userpool.ErrNotFound
	}
	if err != nil {
		return userpool.User{}, fmt.Errorf("find a user: %w", err)
	}
	return db.UserBySub(ctx, pool, sub)
}

// part is one row of what a user is made of. The statement says which column of the table is which of these.
type part struct {
	of      string // user, identity or group
	texts   [5]string
	flag    bool
	numbers [3]int64
}

// scanParts reads all rows and closes them.
func scanParts(rows *sql.Rows) (parts []part, err error) {
	defer rows.Close()
	for rows.Next() {
		var p part
		t, n := &p.texts, &p.numbers
		if err := rows.Scan(&p.of, &t[0], &t[1], &t[2], &t[3], &t[4], &p.flag, &n[0], &n[1], &n[2]); err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, rows.Err()
}

// wholeUser puts a user together: identities in the order they were attached, groups by name. They are sorted here, for
// PostgreSQL sorts texts as its locale does. It fails with userpool.ErrNotFound where the parts hold no user.
func wholeUser(pool userpool.ID, sub userpool.Sub, parts []part) (userpool.User, error) {
	user, found := userpool.User{Pool: pool, Sub: sub}, false
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.of, b.of), slices.Compare(a.numbers[:2], b.numbers[:2]), cmp.Compare(a.texts[0], b.texts[0]))
	})
	for _, p := range parts {
		switch p.of {
		case "user":
			found = true
			user.Username, user.Status, user.Enabled = p.texts[0], userpool.Status(p.texts[1]), p.flag
			user.Created, user.Modified, user.Version = moment(p.numbers[0]), moment(p.numbers[1]), p.numbers[2]
			if err := json.Unmarshal([]byte(p.texts[2]), &user.Attributes); err != nil {
				return userpool.User{}, fmt.Errorf("attributes of user %s: %w", sub, err)
			}
			if err := readMFA(p.texts[3], &user.MFA); err != nil {
				return userpool.User{}, fmt.Errorf("second factors of user %s: %w", sub, err)
			}
		case "identity":
			user.Identities = append(user.Identities, p.identity())
		case "group":
			user.Groups = append(user.Groups, p.group())
		}
	}
	if !found {
		return userpool.User{}, userpool.ErrNotFound
	}
	return user, nil
}

func (p part) identity() userpool.Identity {
	return userpool.Identity{
		Provider: p.texts[0], Type: userpool.ProviderType(p.texts[1]), UserID: p.texts[2], Issuer: p.texts[3], Attribute: p.texts[4],
		Primary: p.flag, Attached: moment(p.numbers[0]),
	}
}

// group has a precedence where the flag is set.
func (p part) group() userpool.Group {
	g := userpool.Group{Name: p.texts[0], Description: p.texts[1], RoleARN: p.texts[2]}
	if p.flag {
		g.Precedence = new(int(p.numbers[2]))
	}
	return g
}
