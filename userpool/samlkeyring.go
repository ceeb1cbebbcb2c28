package userpool

import (
	"cmp"
	"slices"
	"strings"
)

// SAMLKeyring is the SAML keys of all pools at one moment. It is immutable and safe for concurrent use.
type SAMLKeyring struct{ byOwner map[SAMLKeyOwner][]SAMLKey }

// NewSAMLKeyring sorts keys by owner, the newest first.
func NewSAMLKeyring(keys ...SAMLKey) *SAMLKeyring {
	ring := &SAMLKeyring{byOwner: map[SAMLKeyOwner][]SAMLKey{}}
	for _, key := range keys {
		ring.byOwner[key.Owner()] = append(ring.byOwner[key.Owner()], key)
	}
	for _, own := range ring.byOwner {
		slices.SortFunc(own, func(a, b SAMLKey) int { return cmp.Compare(b.Generation, a.Generation) })
	}
	return ring
}

// Of finds the keys that are used with one provider of a pool. Both kinds are empty where none was made yet.
func (r *SAMLKeyring) Of(pool ID, provider string) SAMLKeys {
	keys := SAMLKeys{Signing: r.byOwner[SAMLKeyOwner{Pool: pool}]}
	if provider != "" {
		keys.Encryption = r.byOwner[SAMLKeyOwner{pool, provider}]
	}
	return keys
}

// Newest is the generation of an owner's newest key; 0 if there is none.
func (r *SAMLKeyring) Newest(owner SAMLKeyOwner) int64 {
	if own := r.byOwner[owner]; len(own) > 0 {
		return own[0].Generation
	}
	return 0
}

// Missing lists the owners among some pools that need a key and have none, in order: every SAML provider, and every pool
// that has one.
func (r *SAMLKeyring) Missing(pools []*Pool) []SAMLKeyOwner {
	missing := map[SAMLKeyOwner]bool{}
	for _, pool := range pools {
		for _, provider := range pool.Providers {
			if provider.Type != TypeSAML {
				continue
			}
			for _, owner := range []SAMLKeyOwner{{Pool: pool.ID}, {pool.ID, provider.Name}} {
				if r.Newest(owner) == 0 {
					missing[owner] = true
				}
			}
		}
	}
	owners := make([]SAMLKeyOwner, 0, len(missing))
	for owner := range missing {
		owners = append(owners, owner)
	}
	slices.SortFunc(owners, func(a, b SAMLKeyOwner) int {
		return cmp.Or(strings.Compare(string(a.Pool), string(b.Pool)), strings.Compare(a.Provider, b.Provider))
	})
	return owners
}
