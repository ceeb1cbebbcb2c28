package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"portico/userpool"
)

// CreateUser makes a user with everything that comes with one.
func (db *DB) CreateUser(ctx context.Context, usernameKey string, user userpool.NewUser) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error {
		return db.createUser(ctx, tx, usernameKey, user)
	})
}

func (db *DB) createUser(ctx context.Context, tx querier, usernameKey string, n userpool.NewUser) error {
	u := n.User
	if err := insertUser(ctx, tx, usernameKey, u); err != nil {
		return err
	}
	for i, identity := range u.Identities {
		if err := insertIdentity(ctx, tx, u.Pool, u.Sub, i, identity); err != nil {
			return err
		}
	}
	if err := insertAliases(ctx, tx, u.Pool, u.Sub, n.Aliases); err != nil {
		return err
	}
	if n.Password != nil {
		if err := db.putPassword(ctx, tx, u.Pool, u.Sub, *n.Password); err != nil {
			return err
		}
	}
	for _, group := range u.Groups {
		if err := joinGroup(ctx, tx, u.Pool, u.Sub, group, u.Created); err != nil {
			return err
		}
	}
	if n.Token != nil {
		if err := db.putToken(ctx, tx, *n.Token); err != nil {
			return err
		}
	}
	if n.Code != nil {
		_, err := db.putCode(ctx, tx, *n.Code, n.Code.Sent)
		return err
	}
	return nil
}

func insertUser(ctx context.Context, tx querier, usernameKey string, u userpool.User) error {
	if !wellFormed(u.Username, string(u.Sub)) {
		return fmt.Errorf("user name: %w", ErrMalformed)
	}
	attributes, err := attributeText(u.Attributes)
	if err != nil {
		return err
	}
	mfa, err := mfaText(u.MFA)
	if err != nil {
		return err
	}
	made, err := changed(ctx, tx, `
		INSERT INTO users (
			pool,
			sub,
			username,
			username_key,
			status,
			enabled,
			attributes,
			created,
			modified,
			mfa,
			version
		) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
		ON CONFLICT DO NOTHING`,
		u.Pool, u.Sub, u.Username, indexed(usernameKey), u.Status, u.Enabled, attributes, micros(u.Created), micros(u.Modified), mfa)
	switch {
	case isForeignKey(err):
		return fmt.Errorf("user pool %s: %w", u.Pool, userpool.ErrNotFound)
	case err != nil:
		return fmt.Errorf("create a user: %w", err)
	case !made:
		return userpool.ErrUsernameTaken
	}
	return nil
}

// ChangeUser writes to a user if nobody else has since it was read.
func (db *DB) ChangeUser(ctx context.Context, change userpool.UserChange) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return db.changeUser(ctx, tx, change) })
}

func (db *DB) changeUser(ctx context.Context, tx querier, c userpool.UserChange) error {
	if err := useUp(ctx, tx, c.Pool, c.Sub, c.Spends); err != nil {
		return err
	}
	if c.Modified.IsZero() {
		return nil
	}
	if err := updateUser(ctx, tx, c); err != nil {
		return err
	}
	if c.EndsDevices() {
		if err := forgetDevices(ctx, tx, c.Pool, c.Sub); err != nil {
			return err
		}
	}
	if c.Aliases != nil {
		if err := replaceAliases(ctx, tx, c.Pool, c.Sub, *c.Aliases); err != nil {
			return err
		}
	}
	if c.DropPassword {
		if err := dropPassword(ctx, tx, c.Pool, c.Sub); err != nil {
			return err
		}
	}
	for _, code := range c.Codes {
		if _, err := db.putCode(ctx, tx, code, code.Sent); err != nil {
			return err
		}
	}
	if err := db.changeWays(ctx, tx, c); err != nil {
		return err
	}
	if c.Audit != nil {
		record := *c.Audit
		record.Sub = c.Sub
		if err := insertAudit(ctx, tx, c.Pool, record); err != nil {
			return err
		}
	}
	if c.Password != nil {
		if err := retirePassword(ctx, tx, c.Pool, c.Sub, c.Earlier); err != nil {
			return err
		}
		return db.putPassword(ctx, tx, c.Pool, c.Sub, *c.Password)
	}
	return nil
}

// changeWays writes what a change does to the ways a user signs in by, and to the sessions they opened.
func (db *DB) changeWays(ctx context.Context, tx querier, c userpool.UserChange) error {
	if c.Unlink != nil {
		if err := dropIdentity(ctx, tx, c.Sub, *c.Unlink); err != nil {
			return err
		}
	}
	if c.EndOthers != nil {
		if err := endOthers(ctx, tx, c.Pool, c.Sub, *c.EndOthers, c.Modified); err != nil {
			return err
		}
	}
	if c.DropToken {
		if err := dropToken(ctx, tx, c.Pool, c.Sub); err != nil {
			return err
		}
	}
	if c.Token != nil {
		if err := db.putToken(ctx, tx, *c.Token); err != nil {
			return err
		}
	}
	if c.DropPasskey != nil {
		if err := dropPasskey(ctx, tx, c.Pool, c.Sub, c.DropPasskey); err != nil {
			return err
		}
	}
	if c.Proved != nil {
		return proveSession(ctx, tx, c.Pool, c.Sub, c.Proved)
	}
	return nil
}

func updateUser(ctx context.Context, tx querier, c userpool.UserChange) error {
	var status, attributes, mfa *string // NULL: unchanged
	if c.Status != "" {
		text := string(c.Status)
		status = &text
	}
	if c.Attributes != nil {
		text, err := attributeText(c.Attributes)
		if err != nil {
			return err
		}
		attributes = &text
	}
	if c.MFA != nil {
		text, err := json.Marshal(c.MFA)
		if err != nil {
			return fmt.Errorf("second factors: %w", err)
		}
		mfa = new(string(text))
	}
	done, err := changed(ctx, tx, `
		UPDATE users SET
			status = COALESCE($4, status),
			attributes = COALESCE($5, attributes),
			mfa = COALESCE($7, mfa),
			modified = $6,
			version = version + 1
		WHERE pool = $1 AND sub = $2 AND version = $3`,
		c.Pool, c.Sub, c.Version, status, attributes, micros(c.Modified), mfa)
	if err != nil {
		return fmt.Errorf("change a user: %w", err)
	}
	if done {
		return nil
	}
	if err := holdVersion(ctx, tx, c.Pool, c.Sub, c.Version); err != nil {
		return err
	}
	return userpool.ErrConflict
}

// holdVersion fails with userpool.ErrConflict where a user was written since it was read, and with userpool.ErrNotFound.
func holdVersion(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, read int64) error {
	var version int64
	err := tx.QueryRowContext(ctx, `SELECT version FROM users WHERE pool = $1 AND sub = $2`, pool, sub).Scan(&version)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return userpool.ErrNotFound
	case err != nil:
		return fmt.Errorf("read a user's version: %w", err)
	case version != read:
		return userpool.ErrConflict
	}
	return nil
}

// mfaText is a new user's second factors as the column holds them; NULL for none.
func mfaText(settings userpool.MFASettings) (*string, error) {
	if len(settings.Factors) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, fmt.Errorf("second factors: %w", err)
	}
	return new(string(text)), nil
}

// readMFA reads the column of second factors, which is empty for most people: reading nothing costs nothing.
func readMFA(text string, into *userpool.MFASettings) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

// attributeText is a user's attributes as the column holds them. The keys are sorted, so equal attributes are equal
// text; a NUL is escaped, so PostgreSQL holds it.
func attributeText(attributes map[string]string) (string, error) {
	if attributes == nil {
		attributes = map[string]string{}
	}
	text, err := json.Marshal(attributes)
	if err != nil {
		return "", fmt.Errorf("attributes: %w", err)
	}
	return string(text), nil
}
