package trace

import (
	"slices"
	"time"
)

// Life is how long a trace is kept.
const Life = 7 * 24 * time.Hour

// Limits of one trace. A sign-in has about ten steps, thirty checks and twenty claims; what exceeds a limit is left out.
const (
	MaxSize     = 16 << 10 // bytes, packed
	maxSteps    = 48
	maxChecks   = 64
	maxClaims   = 64
	maxMapped   = 64
	maxText     = 240 // characters of a sentence or a detail
	maxName     = 80  // characters of a name that a provider chose
	maxUnpacked = 256 << 10
)

// Outcome is how an attempt ended.
type Outcome string

// The outcomes. Denied: the person or the provider said no, and nothing went wrong.
const (
	Succeeded Outcome = "succeeded"
	Failed    Outcome = "failed"
	Denied    Outcome = "denied"
)

// Trace is one attempt to sign in at a provider. It holds nothing that was not redacted.
type Trace struct {
	Reference string    `json:"reference"`
	Pool      string    `json:"pool"`
	Provider  string    `json:"provider"`
	Type      string    `json:"type"` // of the provider
	Client    string    `json:"client,omitempty"`
	Test      bool      `json:"test,omitempty"` // a connection test: nobody was signed in
	Began     time.Time `json:"began"`
	Ended     time.Time `json:"ended"`
	Outcome   Outcome   `json:"outcome"`
	User      string    `json:"user,omitempty"` // sub of the user in the pool
	NewUser   bool      `json:"new_user,omitempty"`
	Subject   string    `json:"subject,omitempty"` // the provider's name of the person, shortened
	Steps     []Step    `json:"steps"`
	Checks    []Check   `json:"checks,omitempty"`
	Said      string    `json:"said,omitempty"` // where the claims are from, such as "ID token and userinfo"
	Claims    []Claim   `json:"claims,omitempty"`
	Mapping   []Mapped  `json:"mapping,omitempty"`
	Failure   *Failure  `json:"failure,omitempty"`
	Cut       bool      `json:"cut,omitempty"` // something was left out to stay within the limits
}

// Step is something that took time. Times are microseconds.
type Step struct {
	At       int64  `json:"at"`   // after Began
	Took     int64  `json:"took"` // -1: not measured, because the trace is part of it
	Room     string `json:"room,omitempty"`
	Sentence string `json:"sentence"`
	Detail   string `json:"detail,omitempty"`
	Waiting  bool   `json:"waiting,omitempty"` // for others: the provider, a trigger
	Person   bool   `json:"person,omitempty"`  // a gap: the person was busy, somewhere else
	Failed   bool   `json:"failed,omitempty"`
}

// Check is one thing that was verified.
type Check struct {
	Name   string `json:"name"` // one short term, such as "audience"; federation.Error uses the same
	Passed bool   `json:"passed"`
	Detail string `json:"detail,omitempty"`
}

// Claim is a name the provider used and the shape of its values.
type Claim struct {
	Name   string   `json:"name"`
	Values []string `json:"values"` // redacted
}

// Fate is what became of a mapped attribute.
type Fate string

// The fates.
const (
	Written   Fate = "written"
	Removed   Fate = "removed"
	Unchanged Fate = "unchanged"
	Skipped   Fate = "skipped"
	Refused   Fate = "refused"
)

// Mapped is one entry of the attribute mapping and what became of it.
type Mapped struct {
	Attribute string `json:"attribute"`
	Claim     string `json:"claim"`
	Value     string `json:"value,omitempty"` // redacted
	Fate      Fate   `json:"fate"`
	Why       string `json:"why,omitempty"`
}

// Failure is why an attempt did not end in a sign-in.
type Failure struct {
	Check    string `json:"check"`
	Cause    string `json:"cause"`             // for the operator, redacted
	Told     string `json:"told,omitempty"`    // error code and description that the app was sent
	Advice   string `json:"advice,omitempty"`  // what would mend it
	Setting  string `json:"setting,omitempty"` // the setting that would, such as "ProviderDetails.client_id"
	Provider bool   `json:"at_provider,omitempty"`
}

// Newest sorts traces, newest first.
func Newest(list []Trace) {
	slices.SortStableFunc(list, func(a, b Trace) int { return b.Began.Compare(a.Began) })
}
