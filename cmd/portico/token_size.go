package main

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"portico/userpool"
	"portico/userpool/token"
)

// sizeAlarmEvery is how often the log is told of one client's oversized tokens of one kind: enough to be found, and too
// seldom to be in the way.
const sizeAlarmEvery = time.Hour

// sizeAlarm tells the log of tokens that outgrew their pool's budget. It is safe for concurrent use.
type sizeAlarm struct {
	log *slog.Logger
	now func() time.Time

	mu   sync.Mutex
	told map[sizeAlarmKey]time.Time // within the last sizeAlarmEvery
}

type sizeAlarmKey struct {
	pool   userpool.ID
	client userpool.ClientID
	use    token.Use
}

func newSizeAlarm(log *slog.Logger, now func() time.Time) *sizeAlarm {
	return &sizeAlarm{log: log, now: now, told: map[sizeAlarmKey]time.Time{}}
}

// oversized has the shape of token.Mint.Oversized.
func (a *sizeAlarm) oversized(o token.Oversize) {
	if !a.due(sizeAlarmKey{o.Pool, o.Client, o.Use}) {
		return
	}
	a.log.Warn("token outgrew its budget", "pool", string(o.Pool), "client", string(o.Client), "token", string(o.Use),
		"bytes", o.Bytes, "budget", o.Budget, "largest", claimSizes(o.Largest))
}

// due reports whether the log is to be told now, and remembers it. What is older is forgotten, so that clients that are gone
// leave nothing behind.
func (a *sizeAlarm) due(key sizeAlarmKey) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if last, ok := a.told[key]; ok && now.Sub(last) < sizeAlarmEvery {
		return false
	}
	for key, last := range a.told {
		if now.Sub(last) >= sizeAlarmEvery {
			delete(a.told, key)
		}
	}
	a.told[key] = now
	return true
}

// claimSizes lists claims as in "cognito:roles 2140, cognito:groups 1200".
func claimSizes(largest []token.ClaimSize) string {
	var words []string
	for _, c := range largest {
		words = append(words, c.Name+" "+strconv.Itoa(c.Bytes))
	}
	return strings.Join(words, ", ")
}
