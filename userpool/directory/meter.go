package directory

import (
	"strings"
	"sync"
	"time"

	"portico/userpool"
)

// Meter bounds how often something may happen to one user in an hour, as Cognito's quotas do, and how many messages one
// phone or address gets. Like Lockout it lives in memory, is bounded, and counts names of nobody like the others.
type Meter struct {
	mu     sync.Mutex
	events meterTable
	// Of their own, so that made-up names do not push phones out, nor addresses that are easily had.
	texts, mails meterTable
}

type meterKey struct {
	pool   userpool.ID
	action string
	name   string // the user's sub, the typed name of nobody, or where a message goes
}

type meterEntry struct {
	until time.Time // when counting begins anew
	count int
}

const meterWindow = time.Hour

// How often an hour. Cognito: ConfirmSignUp 15, resend 5, forgot and confirm forgot 5 to 20 by risk.
const (
	resendPerHour  = 5
	confirmPerHour = 15
	forgotPerHour  = 5
	resetPerHour   = 15
)

// What one phone or one address gets for one purpose, of all pools and all accounts together: room for a person's mistakes,
// but no flood.
const (
	textsPerHour = 5
	textsPerDay  = 15
	mailsPerHour = 20
	mailsPerDay  = 60
)

// NewMeter makes an empty meter.
func NewMeter() *Meter {
	table := func() meterTable { return meterTable{entries: map[meterKey]meterEntry{}, limit: lockoutSize} }
	return &Meter{events: table(), texts: table(), mails: table()}
}

// allow counts an event and reports whether it was within the limit.
func (m *Meter) allow(pool userpool.ID, action, name string, limit int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := meterKey{pool, action, name}
	m.events.add(key, meterWindow, now)
	return !m.events.over(key, limit, now)
}

// messageLimit is one of the limits that a message must be within.
type messageLimit struct {
	key    meterKey
	count  int
	window time.Duration
}

// messageLimits are those of a destination. All pools share them, so the keys name none. Each purpose has a share of its
// own: anybody may sign up with a number, and must not keep its owner from recovering an account by that.
func messageLimits(purpose userpool.CodePurpose, to *Delivery, textsOfAll int) []messageLimit {
	if to.Medium != userpool.MediumSMS {
		address := strings.ToLower(to.Destination)
		return []messageLimit{
			{meterKey{action: "hour " + string(purpose), name: address}, mailsPerHour, time.Hour},
			{meterKey{action: "day " + string(purpose), name: address}, mailsPerDay, 24 * time.Hour},
		}
	}
	return []messageLimit{
		{meterKey{action: "hour " + string(purpose), name: to.Destination}, textsPerHour, time.Hour},
		{meterKey{action: "day " + string(purpose), name: to.Destination}, textsPerDay, 24 * time.Hour},
		{meterKey{action: "all"}, textsOfAll, time.Hour},
	}
}

func (m *Meter) messages(to *Delivery) *meterTable {
	if to.Medium == userpool.MediumSMS {
		return &m.texts
	}
	return &m.mails
}

// allowMessage counts a message, unless a limit is reached: then it reports false.
func (m *Meter) allowMessage(purpose userpool.CodePurpose, to *Delivery, textsOfAll int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.spent(purpose, to, textsOfAll, now) {
		return false
	}
	for _, l := range messageLimits(purpose, to, textsOfAll) {
		m.messages(to).add(l.key, l.window, now)
	}
	return true
}

// messagesSpent reports whether a limit is reached, and counts nothing.
func (m *Meter) messagesSpent(purpose userpool.CodePurpose, to *Delivery, textsOfAll int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent(purpose, to, textsOfAll, now)
}

func (m *Meter) spent(purpose userpool.CodePurpose, to *Delivery, textsOfAll int, now time.Time) bool {
	for _, l := range messageLimits(purpose, to, textsOfAll) {
		if m.messages(to).over(l.key, l.count-1, now) {
			return true
		}
	}
	return false
}

// meterTable counts by key, each for a window of time.
type meterTable struct {
	entries map[meterKey]meterEntry
	limit   int
}

func (t *meterTable) add(key meterKey, window time.Duration, now time.Time) {
	e, known := t.entries[key]
	if !known && len(t.entries) >= t.limit {
		t.makeRoom(now)
	}
	if !now.Before(e.until) {
		e = meterEntry{until: now.Add(window)}
	}
	e.count++
	t.entries[key] = e
}

// over reports whether more than so many are counted.
func (t *meterTable) over(key meterKey, count int, now time.Time) bool {
	e := t.entries[key]
	return now.Before(e.until) && e.count > count
}

// makeRoom drops what is over; if nothing is, a tenth, in the map's random order.
func (t *meterTable) makeRoom(now time.Time) {
	for key, e := range t.entries {
		if !now.Before(e.until) {
			delete(t.entries, key)
		}
	}
	for key := range t.entries {
		if len(t.entries) < t.limit-t.limit/10 {
			return
		}
		delete(t.entries, key)
	}
}
