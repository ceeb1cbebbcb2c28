package directory

import (
	"sync"
	"time"

	"portico/userpool"
)

// Lockout slows the guessing of passwords as Cognito does: after five wrong ones the user is locked for a second, and each
// further failure doubles it, up to about 15 minutes. Attempts during the lock fail and do not count. A success, or 15
// quiet minutes, resets it.
//
// It lives in memory: a write per wrong password would hand strangers a way to wear out the disk, and restarting the
// server is not in an attacker's power. Names that do not exist are counted like the others, so that a lock tells
// nothing. The table is bounded; when it is full, entries that have been quiet make room first.
type Lockout struct {
	mu      sync.Mutex
	entries map[lockoutKey]lockoutEntry
	limit   int
}

type lockoutKey struct {
	pool userpool.ID
	name string // the user's sub, or the typed name of nobody
}

type lockoutEntry struct {
	failures int
	last     time.Time
	until    time.Time
}

const (
	lockoutFree   = 5
	lockoutMax    = 15 * time.Minute
	lockoutForget = 15 * time.Minute
	lockoutSize   = 100_000 // about 16 MB
)

// NewLockout makes an empty table.
func NewLockout() *Lockout {
	return &Lockout{entries: map[lockoutKey]lockoutEntry{}, limit: lockoutSize}
}

// Check returns a *LockedError while the name is locked.
func (l *Lockout) Check(pool userpool.ID, name string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entries[lockoutKey{pool, name}]
	if now.Before(e.until) {
		return &LockedError{For: e.until.Sub(now)}
	}
	return nil
}

// Fail counts a wrong password.
func (l *Lockout) Fail(pool userpool.ID, name string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail(pool, name, now)
}

// Try counts an answer as wrong before it is looked at, so that of many at the same moment no more are looked at than one after
// the other. It fails with *LockedError, and counts nothing, while the name is locked. Succeed takes it back.
func (l *Lockout) Try(pool userpool.ID, name string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.entries[lockoutKey{pool, name}]; now.Before(e.until) {
		return &LockedError{For: e.until.Sub(now)}
	}
	l.fail(pool, name, now)
	return nil
}

func (l *Lockout) fail(pool userpool.ID, name string, now time.Time) {
	key := lockoutKey{pool, name}
	e, known := l.entries[key]
	if known && now.Sub(e.last) > lockoutForget {
		e = lockoutEntry{}
	}
	if !known && len(l.entries) >= l.limit {
		makeRoom(l.entries, l.limit, func(e lockoutEntry) bool { return now.Sub(e.last) > lockoutForget }, noneStays)
	}
	e.failures++
	e.last = now
	if over := e.failures - lockoutFree; over >= 0 {
		lock := lockoutMax
		if over < 10 { // 2^10 s is over 15 minutes
			lock = min(time.Second<<over, lockoutMax)
		}
		e.until = now.Add(lock)
	}
	l.entries[key] = e
}

// Succeed forgets the name.
func (l *Lockout) Succeed(pool userpool.ID, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.entries, lockoutKey{pool, name})
}
