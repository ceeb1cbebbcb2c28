package directory

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"portico/userpool"
)

const meterPool userpool.ID = "us-east-1_Test00001"

// from is a context of somebody at an address.
func from(t *testing.T, address string) context.Context { return WithCaller(t.Context(), address) }

// spend takes as many tokens as there are, and reports how many that were, up to a thousand.
func (m *Meter) spend(ctx context.Context, a action, account string, now time.Time) int {
	for n := range 1000 {
		if m.allow(ctx, meterPool, a, account, now) != nil {
			return n
		}
	}
	return 1000
}

func TestMeterRegains(t *testing.T) {
	m, now := NewMeter(), time.Unix(1_800_000_000, 0)
	m.Limits.Account.CodeRequest = userpool.Rate{Count: 5, Per: time.Hour}
	ctx := t.Context()
	if n := m.spend(ctx, actForgot, "ada", now); n != 5 {
		t.Errorf("%d at once, want 5", n)
	}
	var limit *LimitError
	if err := m.allow(ctx, meterPool, actForgot, "ada", now); !errors.As(err, &limit) || limit.For != 12*time.Minute || !errors.Is(err, ErrLimit) {
		t.Errorf("refused with %v, %+v", err, limit)
	}
	if n := m.spend(ctx, actForgot, "ada", now.Add(12*time.Minute-time.Second)); n != 0 {
		t.Errorf("%d a second too early", n)
	}
	if n := m.spend(ctx, actForgot, "ada", now.Add(36*time.Minute)); n != 3 {
		t.Errorf("%d after 36 minutes, want 3", n)
	}
	if n := m.spend(ctx, actForgot, "ada", now.Add(30*time.Minute)); n != 0 {
		t.Errorf("%d by a clock that was put back", n)
	}
	if n := m.spend(ctx, actForgot, "ada", now.Add(24*time.Hour)); n != 5 {
		t.Errorf("%d a day later: a bucket holds no more than 5", n)
	}
	for name, n := range map[string]int{
		"another account": m.spend(ctx, actForgot, "ben", now), "another action": m.spend(ctx, actResend, "ada", now),
	} {
		if n != 5 {
			t.Errorf("%s has %d", name, n)
		}
	}
}

// A stranger who is refused all day does not make the owner wait: the owner comes from elsewhere, and has a bucket there.
func TestAttackStrangerLocksNobodyOut(t *testing.T) {
	m, now := NewMeter(), time.Unix(1_800_000_000, 0)
	stranger, owner := from(t, "198.51.100.7"), from(t, "203.0.113.9")
	for minute := range 24 * 60 {
		m.spend(stranger, actForgot, "ada", now.Add(time.Duration(minute)*time.Minute))
	}
	now = now.Add(24 * time.Hour)
	if n := m.spend(owner, actForgot, "ada", now); n != 5 {
		t.Errorf("the owner has %d, want 5", n)
	}
	// A crowd of networks is bounded all the same: what the account gets in an hour.
	crowdNow, sent := now.Add(24*time.Hour), 0
	for i := range 100 {
		sent += m.spend(from(t, fmt.Sprintf("203.0.113.%d", i)), actForgot, "eve", crowdNow)
	}
	if sent != 5*crowd {
		t.Errorf("a crowd has %d codes sent, want %d", sent, 5*crowd)
	}
}

// One address may not go through many accounts; an IPv6 network of 64 bits is one address, and IPv4 in IPv6 is IPv4.
func TestMeterOfAddresses(t *testing.T) {
	m, now := NewMeter(), time.Unix(1_800_000_000, 0)
	m.Limits = userpool.Limits{Address: userpool.Rates{SignUp: userpool.Rate{Count: 50, Per: time.Hour}}}
	made := 0
	for i := range 200 {
		if m.allow(from(t, fmt.Sprintf("2001:db8::%x", i)), meterPool, actSignUp, fmt.Sprint(i), now) == nil {
			made++
		}
	}
	if made != 50 {
		t.Errorf("%d accounts from one network of 64 bits", made)
	}
	for _, address := range []string{"2001:db8:0:1::1", "fe80::1%eth0", "192.0.2.1"} {
		if err := m.allow(from(t, address), meterPool, actSignUp, "x", now); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	m.spend(from(t, "192.0.2.1"), actSignUp, "x", now)
	if err := m.allow(from(t, "::ffff:192.0.2.1"), meterPool, actSignUp, "y", now); err == nil {
		t.Error("the same address, written as IPv6, has a bucket of its own")
	}
	m.forgive(from(t, "192.0.2.1"), meterPool, actSignUp, now)
	if n := m.spend(from(t, "192.0.2.1"), actSignUp, "x", now); n != 1 {
		t.Errorf("%d after one was forgiven", n)
	}
	for _, unknown := range []string{"", "@", "a host", "127.0.0.1", "::1", "::ffff:127.0.0.1"} {
		if n := m.spend(from(t, unknown), actSignUp, "x", now); n != 1000 {
			t.Errorf("%q, which is no address, is bounded to %d", unknown, n)
		}
	}
}

func TestMeterIsBounded(t *testing.T) {
	m, now := NewMeter(), time.Unix(1_800_000_000, 0)
	m.size = 1000
	for i := range 20_000 {
		_ = m.allow(from(t, fmt.Sprintf("10.0.%d.%d", i/250, i%250)), meterPool, actReset, fmt.Sprint(i), now)
	}
	if n := len(m.buckets); n > 1000 || n < 500 {
		t.Errorf("%d buckets", n)
	}
	now = now.Add(2 * time.Hour)
	m.mu.Lock()
	m.makeRoom(now)
	m.mu.Unlock()
	if n := len(m.buckets); n != 0 {
		t.Errorf("%d buckets are kept that are full again", n)
	}
}

// What is remembered of a name is short, however long the name is, and does not depend on its case where that does not count.
func TestNobodyIsShort(t *testing.T) {
	pool := &userpool.Pool{}
	if n := len(nobody(pool, string(make([]byte, 8192)))); n > 17 {
		t.Errorf("%d bytes", n)
	}
	if nobody(pool, "ADA") != nobody(pool, "ada") || nobody(pool, "ada") == nobody(pool, "ben") {
		t.Error("names are mistaken for each other")
	}
}
