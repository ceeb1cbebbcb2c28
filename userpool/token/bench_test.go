package token

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"testing"
	"time"

	"portico/userpool/oauth"
)

// bareSignature times one RSA signature and nothing else.
func bareSignature(b *testing.B) time.Duration {
	b.Helper()
	const n = 50
	digest, signer := sha256.Sum256([]byte("x")), sharedKeys()[1].Signer
	start := time.Now()
	for range n {
		if _, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / n
}

// reportRatio says how close an operation comes to its bare signatures: 1 would be no other cost at all.
func reportRatio(b *testing.B, signatures int, bare time.Duration) {
	perOp := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(bare)*float64(signatures)/float64(perOp), "of-bare-signatures")
}

func BenchmarkForUser(b *testing.B) {
	m, g, bare := testMint(b), janeGrant(b, "openid email profile phone"), bareSignature(b)
	for b.Loop() {
		mustMint(b, m, g)
	}
	reportRatio(b, 2, bare)
}

func BenchmarkForClient(b *testing.B) {
	m, pool, client, bare := testMint(b), testPool("eu-west-1_Ab1Cd2Ef3"), testClient(), bareSignature(b)
	for b.Loop() {
		if _, err := m.ForClient(context.Background(), pool, client, oauth.Scopes{"https://api.example.com/orders.read"}); err != nil {
			b.Fatal(err)
		}
	}
	reportRatio(b, 1, bare)
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
