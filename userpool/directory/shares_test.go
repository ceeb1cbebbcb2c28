package directory

import (
	"fmt"
	"testing"
	"time"

	"portico/userpool"
)

// Strangers make up as many addresses and numbers as they like: memory stays bounded, addresses do not push numbers out, and
// the count of all text messages is never forgotten.
func TestAttackFillingTheShares(t *testing.T) {
	s, now := NewShares(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s.texts.limit, s.mails.limit = 100, 100
	text := func(n int) *Delivery {
		return &Delivery{Medium: userpool.MediumSMS, Destination: fmt.Sprintf("+35191255%04d", n)}
	}
	const all = 300
	for range textsPerHour {
		s.take(userpool.CodeSignUp, text(0), all, now)
	}
	for i := range 1000 {
		s.take(userpool.CodeSignUp, &Delivery{Medium: userpool.MediumEmail, Destination: fmt.Sprintf("a%d@acme.example", i)}, all, now)
	}
	if !s.gone(userpool.CodeSignUp, text(0), all, now) {
		t.Error("addresses pushed a number out")
	}
	sent := textsPerHour
	for i := range 1000 {
		if s.take(userpool.CodeSignUp, text(i+1), all, now) {
			sent++
		}
	}
	if sent != all {
		t.Errorf("%d text messages in an hour, want %d", sent, all)
	}
	if n, m := len(s.texts.entries), len(s.mails.entries); n > 102 || m > 101 {
		t.Errorf("%d and %d entries in tables of 100", n, m)
	}
	if now = now.Add(24 * time.Hour); s.gone(userpool.CodeSignUp, text(0), all, now) || !s.take(userpool.CodeSignUp, text(0), all, now) {
		t.Error("a day later there is no new share")
	}
}
