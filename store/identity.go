package store

import (
	"context"
	"fmt"

	"portico/userpool"
)

// identityKey tells an attribute's value apart from a provider's name for a person that looks the same.
func identityKey(attribute, value string) string {
	if attribute == "" {
		return indexed(value)
	}
	return indexed("by " + attribute + ": " + value)
}

func insertIdentity(ctx context.Context, tx querier, pool userpool.ID, sub userpool.Sub, position int, i userpool.Identity) error {
	if !wellFormed(i.UserID, i.Issuer) {
		return fmt.Errorf("identity at %s: %w", i.Provider, ErrMalformed)
	}
	made, err := changed(ctx, tx, `
		INSERT INTO identities (
			pool,
			provider,
			user_key,
			user_id,
			sub,
			type,
			issuer,
			is_primary,
			attached,
			position,
			attribute
		) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT DO NOTHING`,
		pool, i.Provider, identityKey(i.Attribute, i.UserID), i.UserID, sub, i.Type, i.Issuer, i.Primary, micros(i.Attached),
		position, i.Attribute)
	if err != nil {
		return fmt.Errorf("write an identity: %w", err)
	}
	if !made {
		return userpool.ErrIdentityTaken
	}
	return nil
}
