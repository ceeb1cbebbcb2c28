package trace

import (
	"maps"
	"slices"
	"strings"
)

// Said records what the provider said of the person: names, and the shape of values. where names the document they are
// from. Called again, it replaces what was said before.
func (r *Recorder) Said(where, subject string, claims map[string][]string) {
	if r == nil {
		return
	}
	var list []Claim
	cut := false
	for _, name := range slices.Sorted(maps.Keys(claims)) {
		if len(list) == maxClaims {
			cut = true
			break
		}
		list = append(list, Claim{Name: clip(Scrub(name), maxName), Values: redactAll(name, claims[name])})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trace.Said, r.trace.Claims = where, list
	r.trace.Cut = r.trace.Cut || cut
	if subject != "" {
		r.trace.Subject = shorten(subject)
	}
}

// Result is what a mapping was applied to and what came of it, in plain maps.
type Result struct {
	Mapping map[string]string   // attribute → claim
	Claims  map[string][]string // as the provider said them
	Stored  map[string]string   // before; nil at a first sign-in
	Set     map[string]string
	Removed []string
	// Kept says why a claim that came did not change an attribute, where another reason than an equal value is known.
	Kept func(attribute string) string
	// Refused names the attribute at which the mapping stopped; empty if it did not.
	Refused string
	// Rehearsed says that nothing is written: a test of the provider shows what a real first sign-in would do.
	Rehearsed bool
}

// Mapped records what became of each attribute of the mapping.
func (r *Recorder) Mapped(m Result) {
	if r == nil {
		return
	}
	var list []Mapped
	for _, attribute := range slices.Sorted(maps.Keys(m.Mapping)) {
		if len(list) == maxMapped {
			break
		}
		list = append(list, m.entry(attribute))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trace.Mapping = list
}

func (m Result) entry(attribute string) Mapped {
	claim := m.Mapping[attribute]
	values, came := m.Claims[claim]
	e := Mapped{Attribute: clip(attribute, maxName), Claim: clip(Scrub(claim), maxName)}
	if came {
		e.Value = strings.Join(redactAll(claim, values), ", ")
	}
	set, written := m.Set[attribute]
	stored, known := m.Stored[attribute]
	switch {
	case attribute == m.Refused:
		e.Fate, e.Why = Refused, "the sign-in stopped here"
	case written:
		e.Fate = Written
		if !came || len(values) == 1 && values[0] != set {
			e.Value = redact(attribute, set)
		}
		switch {
		case m.Rehearsed:
			e.Why = "at a real first sign-in; the test writes nothing"
		case !known && m.Stored != nil:
			e.Why = "the user had none"
		}
	case slices.Contains(m.Removed, attribute):
		e.Fate, e.Why = Removed, "it came blank"
	case attribute == "username" || attribute == "sub":
		e.Fate, e.Why = Skipped, "it is made from the subject alone"
	case !came:
		e.Fate, e.Why = Skipped, "the provider did not send it"
	case known && len(values) == 1 && values[0] == stored:
		e.Fate, e.Why = Unchanged, "the stored value is the same"
	default:
		e.Fate, e.Why = Skipped, m.kept(attribute, known)
	}
	return e
}

func (m Result) kept(attribute string, known bool) string {
	if m.Kept != nil {
		if why := m.Kept(attribute); why != "" {
			return why
		}
	}
	if m.Refused != "" {
		return "the sign-in stopped before it was written"
	}
	if known {
		return "the stored value was kept"
	}
	return "there was nothing to write"
}

// PackSigned packs the trace of a success, for the commit that opens the session of the user sub; made says that the same
// commit makes the user. How long the commit takes is not known, for the trace is part of it. The recorder itself is not
// changed: the commit may fail.
func (r *Recorder) PackSigned(sub string, made bool, detail string) (*Stored, error) {
	if !r.Back() {
		return nil, nil
	}
	t := r.Finished()
	t.Outcome, t.User, t.NewUser, t.Ended = Succeeded, sub, made, r.now()
	t.Steps = append(t.Steps, Step{At: t.Ended.Sub(t.Began).Microseconds(), Took: -1, Room: "store", Sentence: "Session opened", Detail: detail})
	stored, err := Pack(t)
	if err != nil {
		return nil, err
	}
	return &stored, nil
}

// Tested ends the trace of a connection test that succeeded.
func (r *Recorder) Tested() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(Step{At: r.now().Sub(r.trace.Began).Microseconds(), Took: -1, Room: "login", Sentence: "The test ended here", Detail: "No user was made, no session opened, no code sent."})
	r.trace.Outcome, r.trace.Ended = Succeeded, r.now()
}

// Refused ends the trace with a failure.
func (r *Recorder) Refused(f Failure, denied bool) {
	if r == nil {
		return
	}
	if f.Check != "" {
		r.Fail(f.Check, "%s", f.Cause)
	}
	f.Check, f.Cause = clip(f.Check, maxName), clip(Scrub(f.Cause), maxText)
	f.Told, f.Advice = clip(Scrub(f.Told), maxText), clip(f.Advice, 2*maxText)
	r.mu.Lock()
	defer r.mu.Unlock()
	t := &r.trace
	t.Outcome, t.Failure, t.Ended = Failed, &f, r.now()
	if denied {
		t.Outcome = Denied
	}
	if !slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Failed }) {
		r.add(Step{At: t.Ended.Sub(t.Began).Microseconds(), Room: "login", Sentence: "The sign-in stopped", Detail: f.Cause, Failed: true})
	}
}
