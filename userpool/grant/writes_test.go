package grant

import (
	"context"
	"testing"
)

// The numbers of the package comment: what an operation costs in durable writes, which are the dearest thing after
// signatures.
func TestDurableWrites(t *testing.T) {
	h := newHouse(t)
	code, again := h.Authorize(h.authorization(web)), h.Authorize(h.authorization(rotating))
	var signedIn, rotated Response
	operations := []struct {
		name          string
		run           func()
		reads, writes int
	}{
		{"issuing a code", func() { h.Authorize(h.authorization(web)) }, 0, 0},
		{"code exchange", func() { signedIn = h.must(t, h.codeRequest(web, code)) }, 2, 1},
		{"code exchange with rotation", func() { rotated = h.must(t, h.codeRequest(rotating, again)) }, 2, 1},
		{"refresh", func() { h.must(t, h.refreshRequest(web, signedIn.RefreshToken)) }, 2, 0},
		{"refresh with rotation", func() { h.must(t, h.refreshRequest(rotating, rotated.RefreshToken)) }, 2, 1},
		{"client credentials", func() { h.must(t, h.machineRequest("")) }, 0, 0},
		{"userInfo", func() {
			if _, err := h.UserInfo(context.Background(), h.pool, signedIn.AccessToken); err != nil {
				t.Fatal(err)
			}
		}, 2, 0},
		{"implicit response", func() {
			if _, err := h.implicit(t, nil); err != nil {
				t.Fatal(err)
			}
		}, 2, 1},
		{"revocation", func() {
			if err := h.Revoke(context.Background(), h.revocation(web, signedIn.RefreshToken)); err != nil {
				t.Fatal(err)
			}
		}, 0, 1},
	}
	for _, operation := range operations {
		reads, writes := h.store.counted(operation.run)
		if reads != operation.reads || writes != operation.writes {
			t.Errorf("%s: %d reads and %d writes, want %d and %d", operation.name, reads, writes, operation.reads, operation.writes)
		}
	}
}
