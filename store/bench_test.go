package store_test

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/federation"
	"portico/store"
	"portico/userpool"
	"portico/userpool/grant"
	"portico/userpool/login"
)

func BenchmarkSQLite(b *testing.B) { benchmark(b, store.Options{URL: sqliteFile(b)}) }

// benchmark measures each operation alone and sixteen at once. "commits/op" is how many durable commits one operation
// cost: less than one where several shared a commit.
func benchmark(b *testing.B, o store.Options) {
	db := open(b, o)
	err := db.CreatePool(b.Context(), userpool.Declaration{Pool: types.UserPoolType{Id: new(string(poolA))}}, nil)
	if err != nil {
		b.Fatal(err)
	}
	var number atomic.Int64
	next := func() int { return int(number.Add(1)) }
	for range 1000 {
		if err := createOne(b, db, next()); err != nil {
			b.Fatal(err)
		}
	}
	for _, operation := range []struct {
		name string
		run  func(n int) error
	}{
		{"Insert", func(n int) error { return db.SpendCode(b.Context(), poolA, fmt.Sprint("spent", n), noon(), noon()) }},
		{"CreateUser", func(n int) error { return createOne(b, db, n) }},
		{"SignIn", func(n int) error { return db.SignIn(b.Context(), signInOne(n)) }},
		{"Redeem", func(n int) error { return db.Redeem(b.Context(), redeemOne(n)) }},
		{"ReadUser", func(n int) error { _, err := db.UserBySub(b.Context(), poolA, benchSub(n)); return err }},
		{"ReadFamily", func(int) error {
			_, err := db.Family(b.Context(), poolA, "family")
			if errors.Is(err, userpool.ErrNotFound) {
				return nil // a point read all the same
			}
			return err
		}},
	} {
		b.Run(operation.name+"/Alone", func(b *testing.B) { measure(b, db, next, operation.run, 0) })
		b.Run(operation.name+"/16", func(b *testing.B) { measure(b, db, next, operation.run, 16) })
	}
}

func measure(b *testing.B, db *store.DB, next func() int, run func(n int) error, atOnce int) {
	before := db.Commits()
	if atOnce == 0 {
		for b.Loop() {
			if err := run(next()); err != nil {
				b.Fatal(err)
			}
		}
	} else {
		b.SetParallelism(max(1, atOnce/runtime.GOMAXPROCS(0)))
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := run(next()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	b.ReportMetric(float64(db.Commits()-before)/float64(b.N), "commits/op")
}

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

// benchSub names one of the thousand users that exist before anything is measured.
func benchSub(n int) userpool.Sub { return userpool.Sub(fmt.Sprintf("sub-%d", n%1000+1)) }

func createOne(b *testing.B, db *store.DB, n int) error {
	username := fmt.Sprintf("user-%d", n)
	return db.CreateUser(b.Context(), username, userpool.NewUser{
		User: userpool.User{
			Pool: poolA, Sub: userpool.Sub(fmt.Sprintf("sub-%d", n)), Username: username, Status: userpool.Confirmed, Enabled: true,
			Attributes: map[string]string{"email": username + "@example.com", "email_verified": "true", "name": "Zoë"},
			Identities: []userpool.Identity{{Provider: "Okta", Type: userpool.TypeSAML, UserID: username, Primary: true, Attached: noon()}},
			Groups:     []userpool.Group{{Name: string(poolA) + "_Okta"}}, Created: noon(), Modified: noon(),
		},
		Aliases: []userpool.Alias{{Kind: userpool.AliasEmail, Key: username + "@example.com"}},
	})
}

func signInOne(n int) login.SignIn {
	return login.SignIn{
		Session: login.Session{
			Hash: fmt.Appendf(nil, "%032d", n), Pool: poolA, Sub: benchSub(n), Client: "client", Provider: "Okta",
			AuthTime: noon(), Expires: noon().Add(time.Hour), Upstream: map[string]string{"NameID": "zoe@example.com"},
		},
		Spend: []federation.Once{{Purpose: "saml-assertion", ID: fmt.Sprint("_", n), Until: noon()}},
	}
}

func redeemOne(n int) grant.Redemption {
	return grant.Redemption{CodeID: fmt.Sprint("code", n), Until: noon(), Family: grant.Family{
		ID: fmt.Sprint("family", n), Pool: poolA, Client: "client", Sub: benchSub(n), Scopes: []string{"openid"},
		AuthTime: noon(), Issued: noon(), Expires: noon().Add(time.Hour),
	}}
}
