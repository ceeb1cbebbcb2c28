package directory

import (
	"sync"
	"time"

	"portico/userpool"
)

// Meter bounds how often something may happen to one user in an hour, as Cognito's quotas do, and how many text messages
// one phone gets. Like Lockout it lives in memory, is bounded, and counts names of nobody like the others.
type Meter struct {
	mu     sync.Mutex
	events meterTable
	texts  meterTable // of its own, so that made-up names in the other do not push phones out of it
}

type meterKey struct {
	pool   userpool.ID
	action string
	name   string // the user's sub, the typed name of nobody, or a phone number
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

// What one phone gets of all pools and all accounts together: one person's mistakes, but no flood in the night.
const (
	textsPerHour = 5
	textsPerDay  = 15
)

// NewMeter makes an empty meter.
func NewMeter() *Meter {
	return &Meter{
		events: meterTable{entries: map[meterKey]meterEntry{}, limit: lockoutSize},
		texts:  meterTable{entries: map[meterKey]meterEntry{}, limit: lockoutSize},
	}
}

// allow counts an event and reports whether it was within the limit.
func (m *Meter) allow(pool userpool.ID, action, name string, limit int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := meterKey{pool, action, name}
	m.events.add(key, meterWindow, now)
	return !m.events.over(key, limit, now)
}

// textLimit is one of the limits that a text message must be within.
type textLimit struct {
	key    meterKey
	count  int
	window time.Duration
}

func textLimits(number string, perHour int) []textLimit {
	return []textLimit{
		{meterKey{action: "hour", name: number}, textsPerHour, time.Hour},
		{meterKey{action: "day", name: number}, textsPerDay, 24 * time.Hour},
		{meterKey{action: "all"}, perHour, time.Hour},
	}
}

// allowText counts a text message, unless a limit is reached: then it reports false.
func (m *Meter) allowText(number string, perHour int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.spent(number, perHour, now) {
		return false
	}
	for _, l := range textLimits(number, perHour) {
		m.texts.add(l.key, l.window, now)
	}
	return true
}

// textsSpent reports whether a limit is reached, and counts nothing.
func (m *Meter) textsSpent(number string, perHour int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent(number, perHour, now)
}

func (m *Meter) spent(number string, perHour int, now time.Time) bool {
	for _, l := range textLimits(number, perHour) {
		if m.texts.over(l.key, l.count-1, now) {
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
