package trace

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is stepped by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// flow records a whole attempt: away for five seconds, an exchange of 142 ms, a check, a mapping.
func flow(t *testing.T) (*Recorder, *clock) {
	t.Helper()
	c := newClock()
	leaving := New("7F3K-9QWM", c.now, nil)
	meta := leaving.Start("federation/oidc", "Metadata read").Waiting()
	c.advance(30 * time.Millisecond)
	meta.End(nil)
	c.advance(2 * time.Millisecond)
	departure := leaving.Leave()
	c.advance(5 * time.Second)

	told := ""
	r := New("XXXX-XXXX", c.now, func(reference string) { told = reference })
	came := r.Start("web/endpoint", "Came back from Harbor").SinceRequest()
	c.advance(time.Millisecond)
	r.Resume(departure, "Harbor", "federation/oidc")
	r.About("us-east-1_A", "Harbor", "OIDC", "client")
	came.End(nil)
	if told != "7F3K-9QWM" || r.Reference() != told || !r.Back() {
		t.Fatalf("the reference is %q, told %q", r.Reference(), told)
	}
	ctx := With(context.Background(), r)
	exchange := Start(ctx, "federation/oidc", "Code exchanged with Harbor").Waiting()
	c.advance(142 * time.Millisecond)
	exchange.Note("One round trip.").End(nil)
	Pass(ctx, "audience", "our client ID")
	return r, c
}

func TestWholeAttempt(t *testing.T) {
	r, _ := flow(t)
	r.Said("ID token", "harbor|0123456789", map[string][]string{"email": {"ines@acme.example"}, "name": {"Ines Duarte"}})
	r.Mapped(Result{
		Mapping: map[string]string{"email": "email", "name": "name", "nickname": "nick", "username": "sub"},
		Claims:  map[string][]string{"email": {"ines@acme.example"}, "name": {"Ines Duarte"}},
		Stored:  map[string]string{"name": "Ines Duarte"}, Set: map[string]string{"email": "ines@acme.example"},
	})
	stored, err := r.PackSigned("sub-1", false, "One commit.")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Unpack(stored.Packed)
	if err != nil {
		t.Fatal(err)
	}
	spent := got.Spent()
	want := Times{All: 5175 * time.Millisecond, Person: 5 * time.Second, Ours: 175 * time.Millisecond, Others: 172 * time.Millisecond}
	if spent != want {
		t.Errorf("time was spent as %+v, want %+v", spent, want)
	}
	text := got.Text()
	for _, part := range []string{
		"Trace 7F3K-9QWM\nA known person signed in with Harbor\n5.2 s in all. 5.0 s were with the person; 175 ms were ours, and 172 ms of those",
		"With the person, at Harbor, 5.0 s", "Code exchanged with Harbor [federation/oidc, waiting for others] 142 ms", "pass  audience",
		"i…@acme.example", "written    email", "unchanged  name", "skipped    nickname", "the provider did not send it", "Asked Harbor where to go",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the text lacks %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "Duarte") || strings.Contains(text, "ines@") || strings.Contains(text, "0123456789") {
		t.Errorf("the text is not redacted:\n%s", text)
	}
}

func TestFailureSaysWhatMendsIt(t *testing.T) {
	r, _ := flow(t)
	cause := "our client ID is not among 1 audiences"
	text, setting, _ := Place{Provider: "Harbor"}.Advise("audience")
	r.Refused(Failure{Check: "audience", Cause: cause, Advice: text, Setting: setting}, false)
	got := r.Finished()
	if got.Outcome != Failed || got.Heading() != "A sign-in with Harbor failed at the check audience" {
		t.Errorf("%s: %s", got.Outcome, got.Heading())
	}
	if len(got.Checks) != 1 || got.Checks[0].Passed { // it had passed before: the last word counts
		t.Errorf("checks: %+v", got.Checks)
	}
	if last := got.Steps[len(got.Steps)-1]; !last.Failed {
		t.Errorf("no step failed: %+v", last)
	}
	for _, part := range []string{"FAIL  audience", cause, "client ID that Harbor gave", "ProviderDetails.client_id"} {
		if !strings.Contains(got.Text(), part) {
			t.Errorf("the text lacks %q:\n%s", part, got.Text())
		}
	}
}

func TestNilRecorderRecordsNothing(t *testing.T) {
	ctx := context.Background()
	var r *Recorder
	step := Start(ctx, "room", "sentence").Waiting().UnlessQuick().SinceRequest()
	step.Note("note %d", 1).End(errors.New("broken"))
	Pass(ctx, "check", "detail")
	r.Fail("check", "detail")
	r.About("pool", "provider", "type", "client")
	r.Test()
	r.Said("where", "subject", nil)
	r.Mapped(Result{})
	r.Tested()
	r.Resume(&Departure{Reference: "7F3K-9QWM"}, "p", "room")
	signed, _ := r.PackSigned("sub", true, "detail")
	r.Refused(Failure{Check: "check"}, true)
	stored, err := r.Pack()
	if From(ctx) != nil || r.Leave() != nil || r.Reference() != "" || r.Back() || r.Departed() != nil || stored != nil || signed != nil || err != nil || r.Finished().Reference != "" {
		t.Error("a nil recorder recorded something")
	}
	var q *Queue
	q.Offer(Stored{})
	if q.Dropped() != 0 {
		t.Error("a nil queue counts")
	}
}

func TestQuickStepIsLeftOut(t *testing.T) {
	c := newClock()
	r := New("7F3K-9QWM", c.now, nil)
	r.Start("room", "quick").UnlessQuick().End(nil)
	slow := r.Start("room", "slow").UnlessQuick()
	c.advance(time.Millisecond)
	slow.End(nil)
	r.Start("room", "failed").UnlessQuick().End(errors.New("broken"))
	if got := r.Finished().Steps; len(got) != 2 || got[0].Sentence != "slow" || !got[1].Failed {
		t.Errorf("%+v", got)
	}
}

func TestRecorderIsSafeForManyGoroutines(t *testing.T) {
	r, _ := flow(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			r.Start("room", "step").End(nil)
			r.Pass("check", "detail")
			r.Said("where", "subject", map[string][]string{"a": {"b"}})
			_ = r.Finished().Text()
		})
	}
	all.Wait()
}
