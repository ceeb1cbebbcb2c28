// Package visit is what is known of one HTTP request while it is served: its reference, the pool it is for, and what the
// one log line at its end will say. Handlers fill it in; the server opens and closes it.
package visit

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"strings"

	"portico/userpool"
)

// Visit is one request. It belongs to the goroutine that serves the request.
type Visit struct {
	Reference string         // eight characters, shown on error pages and written in the log
	Pool      *userpool.Pool // whose domain the request came to; nil if none
	Client    userpool.ClientID
	Provider  string
	Outcome   string // one short term, such as "signed in" or "invalid_grant"
	Err       error  // why it failed, for the log
	Fault     bool   // it failed through a fault of ours, though the answer is a redirect
	Traced    bool   // the reference is that of a sign-in at a provider, which has a trace
	Secure    bool   // the person's connection is https
	Remote    string // the person's address, for the log
}

type key struct{}

// With returns a context that carries the visit.
func With(ctx context.Context, v *Visit) context.Context { return context.WithValue(ctx, key{}, v) }

// From returns the visit of a request. A request that was not opened by the server has an empty one.
func From(ctx context.Context) *Visit {
	if v, ok := ctx.Value(key{}).(*Visit); ok {
		return v
	}
	return &Visit{}
}

// alphabet leaves out what is misread aloud: 0 O 1 I L U. Thirty letters.
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewReference makes a reference, XXXX-XXXX: about 39 bits, plenty to find a line in a log.
func NewReference() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	n := binary.BigEndian.Uint64(raw[:])
	var out [8]byte
	for i := range out {
		out[i] = alphabet[n%uint64(len(alphabet))]
		n /= uint64(len(alphabet))
	}
	return string(out[:4]) + "-" + string(out[4:])
}

// IsReference reports whether text has the shape of a reference, so that one from a query may be shown.
func IsReference(text string) bool {
	if len(text) != 9 || text[4] != '-' {
		return false
	}
	return strings.Trim(text[:4]+text[5:], alphabet) == ""
}
