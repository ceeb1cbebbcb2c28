package compromised

import (
	"context"
	"crypto/sha1" //nolint:gosec // the form the lists have; it protects nothing here
	"encoding/hex"
	"log/slog"
	"strings"
	"sync/atomic"
)

// Sum is the SHA-1 of a password, in capital hexadecimal digits, as the lists write it.
type Sum [2 * sha1.Size]byte

func sumOf(password string) Sum {
	raw := sha1.Sum([]byte(password)) //nolint:gosec // see above
	var s Sum
	copy(s[:], strings.ToUpper(hex.EncodeToString(raw[:])))
	return s
}

// Source is a list of compromised passwords. Errors say nothing of the password.
type Source interface {
	Contains(ctx context.Context, sum Sum) (bool, error)
}

// Checker asks a source and lets pass what it cannot tell.
type Checker struct {
	Source Source
	Log    *slog.Logger

	asked, found, unchecked atomic.Int64
}

// Counts are how many passwords were asked for, found, and let pass without an answer, since the server started.
type Counts struct{ Asked, Found, Unchecked int64 }

// Counts returns the counts.
func (c *Checker) Counts() Counts {
	return Counts{c.asked.Load(), c.found.Load(), c.unchecked.Load()}
}

// Known reports whether the source has the password. Without an answer it is false, with a line in the log: a list that is
// out of reach must not stop sign-ups.
func (c *Checker) Known(ctx context.Context, password string) bool {
	c.asked.Add(1)
	found, err := c.Source.Contains(ctx, sumOf(password))
	if err != nil {
		n := c.unchecked.Add(1)
		c.Log.WarnContext(ctx, "password not checked against compromised ones", "unchecked", n, "err", err)
		return false
	}
	if found {
		c.found.Add(1)
	}
	return found
}
