package templates

// TracesView feeds Traces: the newest attempts to sign in at a provider.
type TracesView struct {
	BenchFrame
	Rows []TraceRow // newest first
}

// TraceRow is one attempt in the list.
type TraceRow struct {
	Reference, Href, Heading, Time, Took string
	Kind                                 NoticeKind // Good, Care or Bad
	Outcome                              string     // in words
}

// TraceView feeds Trace: one attempt, step by step.
type TraceView struct {
	BenchFrame
	Reference, Heading, Summary string
	Kind                        NoticeKind
	Outcome                     string // "Succeeded"
	Facts                       []Detail
	Why                         *TraceWhy // nil where nothing failed
	Edge                        string    // "165 ms from edge to edge"
	Steps                       []TraceStep
	Checks                      []CheckRow
	Said                        string // where the claims are from
	Claims                      []Detail
	Mapping                     []TraceMapping
	Cut                         bool   // something was left out
	Text                        string // the whole trace as text, for Copy
}

// TraceWhy is why an attempt failed and what would mend it.
type TraceWhy struct {
	Check, Cause, Told string
	Advice             string
	Setting            string // ours
	AtProvider         bool   // the thing to change is at the provider
}

// TraceStep is one step, or a gap in which the person was busy elsewhere.
type TraceStep struct {
	At, Sentence, Room, Detail, Took string
	Gap, Failed, Waiting             bool
	Start, Width                     int // of the bar, in thousandths of the scale
}

// TraceMapping is one mapped attribute and what became of it.
type TraceMapping struct {
	Attribute, Claim, Value, Fate, Why string
	Failed                             bool
}
