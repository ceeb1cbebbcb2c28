package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"portico/userpool"
)

// LinkIdentity attaches an identity to an existing user. It fails with userpool.ErrNotFound (no such user),
// userpool.ErrIdentityTaken (the identity has a user of its own, or is linked already) or userpool.ErrLinkLimit.
func (db *DB) LinkIdentity(ctx context.Context, link userpool.Link) error {
	return db.update(ctx, func(ctx context.Context, tx querier) error { return linkIdentity(ctx, tx, link) })
}

func linkIdentity(ctx context.Context, tx querier, link userpool.Link) error {
	// Touching the user first makes two links of one user wait for each other, so that the limit holds.
	touched, err := changed(ctx, tx, `UPDATE users SET version = version + 1, modified = $3 WHERE pool = $1 AND sub = $2`,
		link.Pool, link.Sub, micros(link.Identity.Attached))
	if err != nil {
		return fmt.Errorf("link an identity: %w", err)
	}
	if !touched {
		return userpool.ErrNotFound
	}
	linked, position, err := countLinks(ctx, tx, link.Pool, link.Sub)
	if err != nil {
		return err
	}
	if linked >= userpool.MaxLinkedIdentities {
		return userpool.ErrLinkLimit
	}
	if link.Identity.Attribute != "" {
		if err := checkLinkAttributes(ctx, tx, link); err != nil {
			return err
		}
	}
	if err := insertIdentity(ctx, tx, link.Pool, link.Sub, position, link.Identity); err != nil {
		return err
	}
	link.Audit.Sub = link.Sub
	return insertAudit(ctx, tx, link.Pool, link.Audit)
}

// countLinks counts the identities linked to a user, and says which position the next one gets.
func countLinks(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub) (linked, position int, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT
			COALESCE(SUM(CASE WHEN is_primary THEN 0 ELSE 1 END), 0),
			COALESCE(MAX(position) + 1, 0)
		FROM identities
		WHERE pool = $1 AND sub = $2`,
		pool, sub).Scan(&linked, &position)
	if err != nil {
		return 0, 0, fmt.Errorf("count links: %w", err)
	}
	return linked, position, nil
}

// checkLinkAttributes holds Cognito's limit of distinct attribute names by which a provider's users are linked.
func checkLinkAttributes(ctx context.Context, tx querier, link userpool.Link) error {
	var others int
	err := tx.QueryRowContext(ctx, `
		SELECT COUNT(DISTINCT attribute)
		FROM identities
		WHERE pool = $1 AND provider = $2 AND attribute <> '' AND attribute <> $3`,
		link.Pool, link.Identity.Provider, link.Identity.Attribute).Scan(&others)
	if err != nil {
		return fmt.Errorf("count link attributes: %w", err)
	}
	if others >= userpool.MaxLinkAttributes {
		return userpool.ErrLinkLimit
	}
	return nil
}

// UnlinkIdentity detaches a linked identity and returns whose it was. A user's primary identity is not a link. It fails
// with userpool.ErrNotFound if there is no such link.
func (db *DB) UnlinkIdentity(ctx context.Context, unlink userpool.Unlink) (userpool.Sub, error) {
	var sub userpool.Sub
	err := db.update(ctx, func(ctx context.Context, tx querier) error {
		err := tx.QueryRowContext(ctx, `
			DELETE FROM identities
			WHERE pool = $1 AND provider = $2 AND user_key = $3 AND attribute = $4 AND NOT is_primary
			RETURNING sub`,
			unlink.Pool, unlink.Provider, identityKey(unlink.Attribute, unlink.Value), unlink.Attribute).Scan(&sub)
		if errors.Is(err, sql.ErrNoRows) {
			return userpool.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("unlink an identity: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE users SET version = version + 1, modified = $3 WHERE pool = $1 AND sub = $2`,
			unlink.Pool, sub, micros(unlink.Audit.At)); err != nil {
			return fmt.Errorf("unlink an identity: %w", err)
		}
		unlink.Audit.Sub = sub
		return insertAudit(ctx, tx, unlink.Pool, unlink.Audit)
	})
	return sub, err
}

// dropIdentity detaches a linked identity within a change of its user, which has raised the version.
func dropIdentity(ctx context.Context, tx querier, sub userpool.Sub, u userpool.Unlink) error {
	gone, err := changed(ctx, tx, `
		DELETE FROM identities
		WHERE pool = $1 AND provider = $2 AND user_key = $3 AND attribute = $4 AND sub = $5 AND NOT is_primary`,
		u.Pool, u.Provider, identityKey(u.Attribute, u.Value), u.Attribute, sub)
	if err != nil {
		return fmt.Errorf("unlink an identity: %w", err)
	}
	if !gone {
		return userpool.ErrNotFound
	}
	return nil
}

// bindIdentity gives an identity that was linked by an attribute the provider's own name for the person, at the first
// sign-in. If somebody was quicker the identity is not there any more, and the sign-in is to be tried again.
func bindIdentity(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, linked userpool.Identity, subject, issuer string) error {
	bound, err := changed(ctx, tx, `
		UPDATE identities SET
			user_key = $6,
			user_id = $7,
			issuer = $8,
			attribute = ''
		WHERE pool = $1 AND provider = $2 AND user_key = $3 AND attribute = $4 AND sub = $5
			AND NOT EXISTS (SELECT 1 FROM identities other WHERE other.pool = $1 AND other.provider = $2 AND other.user_key = $6)`,
		pool, linked.Provider, identityKey(linked.Attribute, linked.UserID), linked.Attribute, sub, indexed(subject), subject, issuer)
	if err != nil {
		return fmt.Errorf("bind an identity: %w", err)
	}
	if !bound {
		return userpool.ErrConflict
	}
	return nil
}
