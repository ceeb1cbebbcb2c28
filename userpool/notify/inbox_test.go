package notify

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestInboxKeepsTheNewest(t *testing.T) {
	now := time.Date(2026, 3, 3, 14, 2, 11, 0, time.UTC)
	inbox := NewInbox(2, func() time.Time { now = now.Add(time.Minute); return now })
	for n := range 3 {
		m := letter()
		m.Subject = fmt.Sprint("message ", n)
		if err := inbox.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	got := inbox.Messages()
	if len(got) != 2 || inbox.Count() != 2 || got[0].Subject != "message 2" || got[1].Subject != "message 1" {
		t.Fatalf("%d messages, first %q", len(got), got[0].Subject)
	}
	if !got[0].At.Equal(now) || got[0].ID == got[1].ID {
		t.Errorf("received at %v with ID %s, the other %s", got[0].At, got[0].ID, got[1].ID)
	}
	if found, ok := inbox.Message(got[1].ID); !ok || found.Subject != "message 1" {
		t.Errorf("by ID: %q, %v", found.Subject, ok)
	}
	if _, ok := inbox.Message("1"); ok {
		t.Error("the oldest message is still there")
	}
}

func TestInboxIsSafeForConcurrentUse(t *testing.T) {
	inbox := NewInbox(5, nil)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := inbox.Send(t.Context(), letter()); err != nil {
				t.Error(err)
			}
			for _, m := range inbox.Messages() {
				_, _ = inbox.Message(m.ID)
			}
		})
	}
	all.Wait()
	if inbox.Count() != 5 {
		t.Errorf("%d messages, want 5", inbox.Count())
	}
}
