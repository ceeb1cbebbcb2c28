package trace

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Recorder records one attempt. All methods may be called on a nil Recorder, which records nothing. It is safe for
// concurrent use: a document that several sign-ins wait for is fetched by a goroutine of its own.
type Recorder struct {
	now     func() time.Time
	resumed func(reference string)

	mu       sync.Mutex // guards what follows
	trace    Trace
	began    time.Time  // of this request
	departed *Departure // of the attempt that was resumed: then the trace is worth keeping
}

// New makes a recorder for a request with a reference of its own. resumed, if not nil, is told the reference of the attempt
// that the request turns out to belong to.
func New(reference string, now func() time.Time, resumed func(reference string)) *Recorder {
	at := now()
	return &Recorder{now: now, resumed: resumed, began: at, trace: Trace{Reference: reference, Began: at}}
}

type key struct{}

// With returns a context that carries a recorder.
func With(ctx context.Context, r *Recorder) context.Context { return context.WithValue(ctx, key{}, r) }

// From returns the recorder of a context, or nil.
func From(ctx context.Context) *Recorder {
	r, _ := ctx.Value(key{}).(*Recorder)
	return r
}

// Reference is the reference of the attempt; empty for a nil recorder.
func (r *Recorder) Reference() string {
	if r == nil {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.trace.Reference
}

// About names whose sign-in this is. What is empty stays as it was.
func (r *Recorder) About(pool, provider, kind, client string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.trace
	t.Pool, t.Provider = pool, provider
	if kind != "" {
		t.Type = kind
	}
	if client != "" {
		t.Client = client
	}
}

// Test marks the attempt as a connection test.
func (r *Recorder) Test() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trace.Test = true
}

// Departure is what the request that comes back must know of the one that left. It travels in the sealed attempt, which
// has to fit a cookie, so it is small.
type Departure struct {
	Reference string `json:"r"`
	Began     int64  `json:"b"`           // microseconds since 1970
	Took      int64  `json:"d"`           // microseconds until the browser was sent away
	Waited    int64  `json:"w,omitempty"` // of these, spent waiting for the provider
	Test      bool   `json:"x,omitempty"`
}

// Leave ends the first half: the browser is sent to the provider. It is nil for a nil recorder.
func (r *Recorder) Leave() *Departure {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	d := &Departure{Reference: r.trace.Reference, Began: r.began.UnixMicro(), Took: r.now().Sub(r.began).Microseconds(), Test: r.trace.Test}
	for _, s := range r.trace.Steps {
		if s.Waiting {
			d.Waited += max(s.Took, 0)
		}
	}
	d.Waited = min(d.Waited, d.Took)
	return d
}

// Resume takes up the attempt that a departure belongs to, in place of whatever was recorded. provider names where the
// person was.
func (r *Recorder) Resume(d *Departure, provider, room string) {
	if r == nil || d == nil || d.Reference == "" {
		return
	}
	r.mu.Lock()
	t := &r.trace
	t.Reference, t.Began, t.Steps, t.Checks = d.Reference, time.UnixMicro(d.Began).UTC(), nil, nil
	r.departed = d
	own := d.Took - d.Waited
	first := Step{Took: own / 2, Room: "web/endpoint", Sentence: "The app asked to sign someone in", Detail: "Client, callback address and scopes are in order."}
	if d.Test {
		first.Sentence, first.Detail = "The test link was opened", "No app takes part in it."
	}
	r.add(first)
	if d.Waited > 0 {
		r.add(Step{At: own / 2, Took: d.Waited, Room: room, Sentence: "Asked " + provider + " where to go", Detail: "Its metadata was not in memory.", Waiting: true})
	}
	r.add(Step{At: own/2 + d.Waited, Took: own - own/2, Room: room, Sentence: "Went to " + provider, Detail: "The attempt is sealed in a cookie of this browser. Nothing was written."})
	if away := r.began.Sub(t.Began).Microseconds() - d.Took; away > 0 {
		r.add(Step{At: d.Took, Took: away, Sentence: "With the person, at " + provider, Person: true})
	}
	resumed, reference := r.resumed, d.Reference
	r.mu.Unlock()
	if resumed != nil {
		resumed(reference)
	}
}

// Span is a step under way.
type Span struct {
	r        *Recorder
	began    time.Time
	step     Step
	quickest time.Duration
}

// Start begins a step. End must be called for it to be recorded.
func Start(ctx context.Context, room, sentence string) *Span { return From(ctx).Start(room, sentence) }

// Start begins a step.
func (r *Recorder) Start(room, sentence string) *Span {
	if r == nil {
		return nil
	}
	return &Span{r: r, began: r.now(), step: Step{Room: room, Sentence: sentence}}
}

// SinceRequest begins the step when the request began: for what was done before there was an attempt to record it for.
func (s *Span) SinceRequest() *Span {
	if s != nil {
		s.began = s.r.began
	}
	return s
}

// Waiting says that the time is spent waiting for others.
func (s *Span) Waiting() *Span {
	if s != nil {
		s.step.Waiting = true
	}
	return s
}

// UnlessQuick leaves the step out if it succeeds in less than a millisecond: what was found in memory is no step.
func (s *Span) UnlessQuick() *Span {
	if s != nil {
		s.quickest = time.Millisecond
	}
	return s
}

// Note says more about the step, in one sentence.
func (s *Span) Note(format string, args ...any) *Span {
	if s != nil {
		s.step.Detail = clip(Scrub(fmt.Sprintf(format, args...)), maxText)
	}
	return s
}

// End records the step; an error makes it a failed one. The error's text is not recorded here.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	took := s.r.now().Sub(s.began)
	if err == nil && took < s.quickest {
		return
	}
	s.step.Failed, s.step.Took = err != nil, took.Microseconds()
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	s.step.At = s.began.Sub(s.r.trace.Began).Microseconds()
	s.r.add(s.step)
}

// add appends a step. The caller holds mu.
func (r *Recorder) add(s Step) {
	if len(r.trace.Steps) >= maxSteps {
		r.trace.Cut = true
		return
	}
	s.At, s.Sentence = max(s.At, 0), clip(s.Sentence, maxText)
	r.trace.Steps = append(r.trace.Steps, s)
}

// Pass records that a check was made and passed.
func Pass(ctx context.Context, check, format string, args ...any) {
	From(ctx).Pass(check, format, args...)
}

// Pass records that a check was made and passed.
func (r *Recorder) Pass(check, format string, args ...any) { r.check(check, true, format, args) }

// Fail records that a check was made and failed. Checks that end a sign-in are recorded by Refused.
func (r *Recorder) Fail(check, format string, args ...any) { r.check(check, false, format, args) }

func (r *Recorder) check(name string, passed bool, format string, args []any) {
	if r == nil {
		return
	}
	detail := format
	if len(args) > 0 {
		detail = fmt.Sprintf(format, args...)
	}
	c := Check{Name: clip(name, maxName), Passed: passed, Detail: clip(Scrub(detail), maxText)}
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.trace.Checks, func(old Check) bool { return old.Name == c.Name })
	switch {
	case i >= 0 && (r.trace.Checks[i].Passed || !passed): // asked twice: the last word counts, but a failure stays
		r.trace.Checks[i] = c
	case i >= 0:
	case len(r.trace.Checks) >= maxChecks:
		r.trace.Cut = true
	default:
		r.trace.Checks = append(r.trace.Checks, c)
	}
}

// Finished returns a copy of what was recorded.
func (r *Recorder) Finished() Trace {
	if r == nil {
		return Trace{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.trace
	t.Steps, t.Checks = slices.Clone(t.Steps), slices.Clone(t.Checks)
	t.Claims, t.Mapping = slices.Clone(t.Claims), slices.Clone(t.Mapping)
	return t
}

// Back reports whether the request belongs to an attempt of this server: one whose sealed cookie opened.
func (r *Recorder) Back() bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.departed != nil
}

// Departed is what Resume took up, for a second rest on the way; nil without one.
func (r *Recorder) Departed() *Departure {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.departed
}
