package directory

import (
	"sync"
	"time"

	"portico/userpool"
)

// Meter bounds how often something may happen to one user in an hour, as Cognito's quotas do. Like Lockout it lives in
// memory, is bounded, and counts names of nobody like the others.
type Meter struct {
	mu      sync.Mutex
	entries map[meterKey]meterEntry
	limit   int
}

type meterKey struct {
	pool   userpool.ID
	action string
	name   string // the user's sub, or the typed name of nobody
}

type meterEntry struct {
	since time.Time
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

// NewMeter makes an empty meter.
func NewMeter() *Meter { return &Meter{entries: map[meterKey]meterEntry{}, limit: lockoutSize} }

// allow counts an event and reports whether it was within the limit.
func (m *Meter) allow(pool userpool.ID, action, name string, limit int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := meterKey{pool, action, name}
	e, known := m.entries[key]
	if !known && len(m.entries) >= m.limit {
		m.makeRoom(now)
	}
	if now.Sub(e.since) >= meterWindow {
		e = meterEntry{since: now}
	}
	e.count++
	m.entries[key] = e
	return e.count <= limit
}

// makeRoom drops what is over; if nothing is, a tenth, in the map's random order.
func (m *Meter) makeRoom(now time.Time) {
	for key, e := range m.entries {
		if now.Sub(e.since) >= meterWindow {
			delete(m.entries, key)
		}
	}
	for key := range m.entries {
		if len(m.entries) < m.limit-m.limit/10 {
			return
		}
		delete(m.entries, key)
	}
}
