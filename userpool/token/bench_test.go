package token

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
	"time"

	"portico/userpool/oauth"
)

// beside times an operation beside the bare signatures in it, one after the other in the same loop, so that whatever else
// the machine does slows both. The ratio is 1 for an operation that costs nothing but its signatures.
func beside(b *testing.B, signatures int, operation func()) {
	b.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
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
			if _, err := key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
				b.Fatal(err)
			}
		}
		whole += between.Sub(begun)
		bare += time.Since(between)
	}
	b.ReportMetric(float64(whole)/float64(b.N), "ns/op")
	b.ReportMetric(float64(bare)/float64(whole), "of-bare-signatures")
}

func BenchmarkForUser(b *testing.B) {
	m, g := testMint(b), janeGrant(b, "openid email profile phone")
	beside(b, 2, func() { mustMint(b, m, g) })
}

func BenchmarkForClient(b *testing.B) {
	m := testMint(b)
	g := ClientGrant{Pool: testPool("eu-west-1_Ab1Cd2Ef3"), Client: testClient(), Scopes: oauth.Scopes{"https://api.example.com/orders.read"}}
	beside(b, 1, func() {
		if _, err := m.ForClient(b.Context(), g); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	m, g := testMint(b), janeGrant(b, "openid")
	raw := mustMint(b, m, g).Access
	for b.Loop() {
		if _, err := m.Verify(g.Pool, raw); err != nil {
			b.Fatal(err)
		}
	}
}
