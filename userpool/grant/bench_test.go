package grant

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"
	"time"
)

// beside times an operation beside the bare signatures in it, one after the other in the same loop, so that whatever else
// the machine does slows both. The ratio is 1 for an operation that costs nothing but its signatures. The store is in memory:
// the ratio is about our own work.
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

func BenchmarkCodeExchange(b *testing.B) {
	h := newHouse(b)
	beside(b, 2, func() { h.signIn(b, web) })
}

func BenchmarkRefresh(b *testing.B) {
	h := newHouse(b)
	request := h.refreshRequest(web, h.signIn(b, web).RefreshToken)
	beside(b, 2, func() { h.must(b, request) })
}

func BenchmarkRefreshWithRotation(b *testing.B) {
	h := newHouse(b)
	refresh := h.signIn(b, rotating).RefreshToken
	beside(b, 2, func() { refresh = h.must(b, h.refreshRequest(rotating, refresh)).RefreshToken })
}

func BenchmarkClientCredentials(b *testing.B) {
	h := newHouse(b)
	request := h.machineRequest("")
	beside(b, 1, func() { h.must(b, request) })
}

func BenchmarkUserInfo(b *testing.B) {
	h := newHouse(b)
	raw := h.signIn(b, web).AccessToken
	for b.Loop() {
		if _, err := h.UserInfo(b.Context(), h.pool, raw); err != nil {
			b.Fatal(err)
		}
	}
}
