//go:build system

package systemtest

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"portico/store"
	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/oauth"
	"portico/userpool/seal"
	"portico/userpool/token"
)

// insider holds the database and the master key of a running server. Tests use
// it to see what was written, and to have what only waiting would give: a code
// and a token of the real server that are old.
type insider struct {
	db   *store.DB
	key  seal.MasterKey
	file string
}

// inside opens the SQLite database of a server that is running.
func (s *server) inside(t *testing.T) *insider {
	t.Helper()
	key, err := seal.ParseMasterKey(s.environment["PORTICO_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	i := &insider{key: key, file: s.environment["DATABASE"]}
	if i.db, err = store.Open(t.Context(), store.Options{URL: i.file, Key: key}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.db.Close(); err != nil {
			t.Error(err)
		}
	})
	return i
}

// people says how many users, identities and sessions there are, in words: a
// sign-in that failed must leave them as they were.
func (i *insider) people(t *testing.T) string {
	t.Helper()
	db, err := sql.Open("sqlite", i.file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	words := ""
	for _, table := range []string{"users", "identities", "memberships", "sessions"} {
		var rows int
		if err := db.QueryRowContext(within(t), "SELECT count(*) FROM "+table).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		words += fmt.Sprintf("%d %s ", rows, table)
	}
	return words
}

// aged is an exchanger of the server's own pool whose clock is slow by age.
func (i *insider) aged(t *testing.T, p *portico, age time.Duration) (*grant.Exchanger, *userpool.Pool) {
	t.Helper()
	declared, err := i.db.Declarations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := i.db.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := token.NewKeyring(keys...)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(-age) }
	for _, d := range declared {
		if *d.Pool.Id == p.UserPoolID {
			pool := userpool.Assemble(d, userpool.Addresses{Issuer: p.Issuer, Origin: p.Domain})
			return &grant.Exchanger{
				Storage: i.db, Mint: token.Mint{Keys: ring.Of, Now: now, NewID: uuid.NewString}, Codes: i.key.For(seal.AuthorizationCode),
				Refreshes: i.key.For(seal.RefreshToken), Now: now, NewID: uuid.NewString,
			}, pool
		}
	}
	t.Fatalf("the database has no pool %s", p.UserPoolID)
	return nil, nil
}

// oldCode is a code the server gave some time ago to the person of the tokens.
func (i *insider) oldCode(t *testing.T, p *portico, tokens tokenAnswer, age time.Duration) string {
	t.Helper()
	exchanger, pool := i.aged(t, p, age)
	sub, _ := claimsOf(t, tokens.AccessToken)["sub"].(string)
	return exchanger.Authorize(grant.Authorization{
		Pool: pool.ID, Client: userpool.ClientID(p.ClientID), Sub: userpool.Sub(sub), Session: []byte("any"), RedirectURI: p.CallbackURL,
		Scopes: oauth.Scopes{oauth.ScopeOpenID}, AuthTime: time.Now().Add(-age),
	})
}

// oldToken is an access token that the server gave some time ago, in the same
// sign-in as the tokens.
func (i *insider) oldToken(t *testing.T, p *portico, tokens tokenAnswer, age time.Duration) string {
	t.Helper()
	exchanger, pool := i.aged(t, p, age)
	claims := claimsOf(t, tokens.AccessToken)
	sub, _ := claims["sub"].(string)
	origin, _ := claims["origin_jti"].(string)
	user, err := i.db.UserBySub(t.Context(), pool.ID, userpool.Sub(sub))
	if err != nil {
		t.Fatal(err)
	}
	old, err := exchanger.Mint.ForUser(t.Context(), token.UserGrant{
		Pool: pool, Client: pool.Clients[userpool.ClientID(p.ClientID)], User: user, Scopes: oauth.Scopes{oauth.ScopeOpenID},
		AuthTime: time.Now().Add(-age), Origin: origin,
	})
	if err != nil {
		t.Fatal(err)
	}
	return old.Access
}
