package directory

import (
	"strings"
	"sync"
	"time"

	"portico/userpool"
)

// Shares bound how many messages one phone or one address gets, and how many text messages leave in all. What the Meter counts
// is about users; this is about destinations, for anybody may make account after account with somebody else's number. Like
// the Meter it lives in memory and is bounded.
type Shares struct {
	mu sync.Mutex
	// Two tables, so that addresses, which are easily had, do not push phones out.
	texts, mails shareTable
}

// What one phone or one address gets for one purpose, of all pools and all accounts together: room for a person's mistakes,
// but no flood.
const (
	textsPerHour = 5
	textsPerDay  = 15
	mailsPerHour = 20
	mailsPerDay  = 60
)

// sharesSize bounds each table; an entry takes about 150 bytes.
const sharesSize = 100_000

// NewShares makes them, with nothing sent yet.
func NewShares() *Shares {
	table := func() shareTable { return shareTable{entries: map[shareKey]share{}, limit: sharesSize} }
	return &Shares{texts: table(), mails: table()}
}

type shareKey struct {
	window string // "hour", "day" or "all"
	to     string // the number or address
	why    userpool.CodePurpose
}

type share struct {
	until time.Time // when counting begins anew
	count int
}

// shareLimit is one of the limits that a message must be within.
type shareLimit struct {
	key    shareKey
	count  int
	window time.Duration
}

// shareLimits are those of a destination. All pools share them, so the keys name none. Each purpose has a share of its
// own: anybody may sign up with a number, and must not keep its owner from recovering an account by that.
func shareLimits(purpose userpool.CodePurpose, to *Delivery, textsOfAll int) []shareLimit {
	if to.Medium != userpool.MediumSMS {
		address := strings.ToLower(to.Destination)
		return []shareLimit{
			{shareKey{"hour", address, purpose}, mailsPerHour, time.Hour},
			{shareKey{"day", address, purpose}, mailsPerDay, 24 * time.Hour},
		}
	}
	return []shareLimit{
		{shareKey{"hour", to.Destination, purpose}, textsPerHour, time.Hour},
		{shareKey{"day", to.Destination, purpose}, textsPerDay, 24 * time.Hour},
		{shareKey{window: "all"}, textsOfAll, time.Hour},
	}
}

func (s *Shares) table(to *Delivery) *shareTable {
	if to.Medium == userpool.MediumSMS {
		return &s.texts
	}
	return &s.mails
}

// take counts a message, unless a limit is reached: then it reports false.
func (s *Shares) take(purpose userpool.CodePurpose, to *Delivery, textsOfAll int, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spent(purpose, to, textsOfAll, now) {
		return false
	}
	for _, l := range shareLimits(purpose, to, textsOfAll) {
		s.table(to).add(l.key, l.window, now)
	}
	return true
}

// gone reports whether a limit is reached, and counts nothing.
func (s *Shares) gone(purpose userpool.CodePurpose, to *Delivery, textsOfAll int, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spent(purpose, to, textsOfAll, now)
}

func (s *Shares) spent(purpose userpool.CodePurpose, to *Delivery, textsOfAll int, now time.Time) bool {
	for _, l := range shareLimits(purpose, to, textsOfAll) {
		if s.table(to).reached(l.key, l.count, now) {
			return true
		}
	}
	return false
}

// shareTable counts by key, each for a window of time.
type shareTable struct {
	entries map[shareKey]share
	limit   int
}

func (t *shareTable) add(key shareKey, window time.Duration, now time.Time) {
	e, known := t.entries[key]
	if !known && len(t.entries) >= t.limit {
		// The count of all messages, which has no destination, stays.
		makeRoom(t.entries, t.limit, func(e share) bool { return !now.Before(e.until) }, func(k shareKey) bool { return k.to == "" })
	}
	if !now.Before(e.until) {
		e = share{until: now.Add(window)}
	}
	e.count++
	t.entries[key] = e
}

// reached reports whether so many are counted.
func (t *shareTable) reached(key shareKey, count int, now time.Time) bool {
	e := t.entries[key]
	return now.Before(e.until) && e.count >= count
}
