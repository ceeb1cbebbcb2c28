package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"portico/userpool/token"
)

func TestOversizedTokensAreLoggedOnceAnHour(t *testing.T) {
	log := &lockedBuffer{}
	now := time.Unix(1767225600, 0)
	alarm := newSizeAlarm(slog.New(slog.NewTextHandler(log, nil)), func() time.Time { return now })
	lines := func() int { return strings.Count(log.String(), "token outgrew its budget") }

	id := token.Oversize{Pool: "p", Client: "web", Use: token.UseID, Bytes: 5000, Budget: 3840, Largest: []token.ClaimSize{{Name: "cognito:roles", Bytes: 2000}, {Name: "email", Bytes: 50}}}
	access := id
	access.Use = token.UseAccess
	other := id
	other.Client = "phone"
	for range 3 {
		alarm.oversized(id)
		alarm.oversized(access)
		alarm.oversized(other)
	}
	if lines() != 3 {
		t.Errorf("%d lines, want one for each client and kind of token", lines())
	}
	if want := `pool=p client=web token=id bytes=5000 budget=3840 largest="cognito:roles 2000, email 50"`; !strings.Contains(log.String(), want) {
		t.Errorf("the log has no %s:\n%s", want, log)
	}
	now = now.Add(time.Hour - time.Second)
	alarm.oversized(id)
	if lines() != 3 {
		t.Error("a line within the hour")
	}
	now = now.Add(time.Second)
	alarm.oversized(id)
	if lines() != 4 {
		t.Error("no line after an hour")
	}
	if len(alarm.told) != 1 {
		t.Errorf("%d clients are remembered for longer than an hour", len(alarm.told)-1)
	}
}
