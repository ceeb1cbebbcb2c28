package saml

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
	"time"
)

// BenchmarkFinish prints what a response costs beside the bare RSA verification of its signatures, as a ratio.
func BenchmarkFinish(b *testing.B) {
	f := newFixture(b)
	bare := bareVerification(b, f.pair)
	for _, c := range []struct {
		name       string
		by         signedBy
		signatures int
	}{{"response", byResponse, 1}, {"assertion", byAssertion, 1}, {"both", byBoth, 2}} {
		b.Run(c.name, func(b *testing.B) {
			answer := answerTo(write(b, f.signed(b, goodReply(), c.by)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Finish(b.Context(), answer); err != nil {
					b.Fatal(err)
				}
			}
			each := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(each/(bare*float64(c.signatures)), "x-rsa-verify")
		})
	}
}

// BenchmarkRefuse is what a stranger can make us spend with a response to no request of ours.
func BenchmarkRefuse(b *testing.B) {
	f := newFixture(b)
	answer := answerTo(write(b, f.signed(b, goodReply(), byBoth)))
	answer.Memory.RequestID = "_other"
	for b.Loop() {
		if _, err := f.Finish(b.Context(), answer); err == nil {
			b.Fatal("accepted")
		}
	}
}

// bareVerification is the time of one RSA verification, in nanoseconds.
func bareVerification(b *testing.B, pair keyPair) float64 {
	b.Helper()
	key, ok := pair.key.(*rsa.PrivateKey)
	if !ok {
		b.Fatal("not an RSA key")
	}
	sum := sha256.Sum256([]byte("signed"))
	value, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	const times = 2000
	began := time.Now()
	for range times {
		if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], value); err != nil {
			b.Fatal(err)
		}
	}
	return float64(time.Since(began).Nanoseconds()) / times
}
