package directory

import (
	"errors"
	"testing"
	"time"

	"portico/userpool/admission"
)

func TestHash(t *testing.T) {
	h := NewHasher()
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsf": false, "": false} {
		if got, err := h.Verify(t.Context(), hash, password); err != nil || got != want {
			t.Errorf("%q: %v, %v", password, got, err)
		}
	}
}

// A planted hash must not cost gigabytes or minutes.
func TestAttackCostlyHash(t *testing.T) {
	for _, hash := range []string{
		"", "$argon2id$", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=4000000000,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=2,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
	} {
		if _, err := NewHasher().Verify(t.Context(), hash, "x"); !errors.Is(err, errPHC) {
			t.Errorf("%q: %v", hash, err)
		}
	}
}

// When all places are taken the answer is quick: load is shed instead of queued without end.
func TestBusy(t *testing.T) {
	h := &Hasher{gate: admission.New(1, 0, time.Hour)}
	leave, err := h.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	hash := "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"
	if _, err := h.Verify(t.Context(), hash, "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("verify: %v", err)
	}
	if _, err := h.Hash(t.Context(), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("hash: %v", err)
	}
	if err := h.Spend(t.Context(), "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("spend: %v", err)
	}
	leave()
	if _, err := h.Verify(t.Context(), hash, "x"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestLockoutGrowsAndForgets(t *testing.T) {
	l, now := NewLockout(), time.Unix(1_800_000_000, 0)
	for n := 1; n <= 20; n++ {
		l.Fail("pool", "name", now)
	}
	var locked *LockedError
	if err := l.Check("pool", "name", now); !errors.As(err, &locked) || locked.For != lockoutMax {
		t.Errorf("after 20 failures: %v", err)
	}
	if err := l.Check("other", "name", now); err != nil {
		t.Errorf("another pool: %v", err)
	}
	now = now.Add(lockoutForget + lockoutMax)
	l.Fail("pool", "name", now)
	if err := l.Check("pool", "name", now); err != nil {
		t.Errorf("after quiet: %v", err)
	}
}

func TestLockoutIsBounded(t *testing.T) {
	l, now := NewLockout(), time.Unix(1_800_000_000, 0)
	l.limit = 100
	for i := range 1000 {
		l.Fail("pool", string(rune(i)), now)
		if len(l.entries) > l.limit {
			t.Fatalf("%d entries", len(l.entries))
		}
	}
}
