package token

import (
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"portico/userpool"
	"portico/userpool/oauth"
)

// beside times an operation beside the bare signatures in it, one after the other in the same loop, so that whatever else
// the machine does slows both. The ratio is 1 for an operation that costs nothing but its signatures.
func beside(b *testing.B, alg string, signatures int, operation func()) {
	b.Helper()
	key, err := NewKey("eu-west-1_Ab1Cd2Ef3", UseID, alg, signedIn, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	digest := sha256.Sum256([]byte("x"))
	var whole, bare time.Duration
	for b.Loop() {
		begun := time.Now()
		operation()
		between := time.Now()
		for range signatures {
			if _, err := key.Signer.Sign(digest); err != nil {
				b.Fatal(err)
			}
		}
		whole += between.Sub(begun)
		bare += time.Since(between)
	}
	b.ReportMetric(float64(whole)/float64(b.N), "ns/op")
	b.ReportMetric(float64(bare)/float64(whole), "of-bare-signatures")
}

// eachAlgorithm runs a benchmark with keys of either algorithm.
func eachAlgorithm(b *testing.B, run func(b *testing.B, alg string, m Mint)) {
	b.Run(userpool.SigningRS256, func(b *testing.B) { run(b, userpool.SigningRS256, mintOf(b, sharedKeys()...)) })
	b.Run(userpool.SigningES256, func(b *testing.B) { run(b, userpool.SigningES256, mintOf(b, sharedCurveKeys()...)) })
}

func BenchmarkForUser(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, alg string, m Mint) {
		g := janeGrant(b, "openid email profile phone")
		beside(b, alg, 2, func() { mustMint(b, m, g) })
	})
}

func BenchmarkForClient(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, alg string, m Mint) {
		g := ClientGrant{Pool: testPool("eu-west-1_Ab1Cd2Ef3"), Client: testClient(), Scopes: oauth.Scopes{"https://api.example.com/orders.read"}}
		beside(b, alg, 1, func() {
			if _, err := m.ForClient(b.Context(), g); err != nil {
				b.Fatal(err)
			}
		})
	})
}

func BenchmarkVerify(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, _ string, m Mint) {
		g := janeGrant(b, "openid")
		raw := mustMint(b, m, g).Access
		for b.Loop() {
			if _, err := m.Verify(g.Pool, raw); err != nil {
				b.Fatal(err)
			}
		}
	})
}
