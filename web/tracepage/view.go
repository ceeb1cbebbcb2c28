package tracepage

import (
	"strings"
	"time"

	"portico/federation/trace"
	"portico/templates"
)

// View is the page of one trace.
func View(frame templates.BenchFrame, t trace.Trace) templates.TraceView {
	view := templates.TraceView{
		BenchFrame: frame, Reference: t.Reference, Heading: t.Heading(), Summary: t.Summary(), Kind: kind(t.Outcome), Outcome: outcome(t.Outcome),
		Edge: trace.Duration(t.Spent().Ours) + " from edge to edge", Steps: steps(t), Said: t.Said, Cut: t.Cut, Text: t.Text(),
	}
	for _, f := range t.Facts() {
		view.Facts = append(view.Facts, templates.Detail{Name: f[0], Value: f[1]})
	}
	for _, c := range t.Checks {
		view.Checks = append(view.Checks, templates.CheckRow{Name: c.Name, Note: c.Detail, Failed: !c.Passed})
	}
	for _, c := range t.Claims {
		view.Claims = append(view.Claims, templates.Detail{Name: c.Name, Value: strings.Join(c.Values, ", ")})
	}
	for _, m := range t.Mapping {
		view.Mapping = append(view.Mapping, templates.TraceMapping{
			Attribute: m.Attribute, Claim: m.Claim, Value: m.Value, Fate: string(m.Fate), Why: m.Why, Failed: m.Fate == trace.Refused,
		})
	}
	if f := t.Failure; f != nil {
		view.Why = &templates.TraceWhy{
			Check: f.Check, Cause: f.Cause, Told: f.Told, Advice: f.Advice, Setting: f.Setting, AtProvider: f.Provider,
		}
	}
	return view
}

// Rows are the list of traces, each linked to its page below path.
func Rows(list []trace.Trace, path string) []templates.TraceRow {
	var rows []templates.TraceRow
	for _, t := range list {
		rows = append(rows, templates.TraceRow{
			Reference: t.Reference, Href: path + t.Reference, Heading: t.Heading(), Kind: kind(t.Outcome), Outcome: outcome(t.Outcome),
			Time: t.Began.Local().Format("15:04:05"), Took: trace.Duration(t.Spent().All),
		})
	}
	return rows
}

func kind(o trace.Outcome) templates.NoticeKind {
	switch o {
	case trace.Succeeded:
		return templates.Good
	case trace.Denied:
		return templates.Care
	}
	return templates.Bad
}

func outcome(o trace.Outcome) string {
	switch o {
	case trace.Succeeded:
		return "Succeeded"
	case trace.Denied:
		return "Said no"
	}
	return "Failed"
}

// steps places every step on one scale, which leaves out the time spent with the person.
func steps(t trace.Trace) []templates.TraceStep {
	whole := max(t.Spent().Ours.Microseconds(), 1)
	var away int64
	var list []templates.TraceStep
	for _, s := range t.Steps {
		step := templates.TraceStep{
			At: trace.Duration(time.Duration(s.At) * time.Microsecond), Sentence: s.Sentence, Room: s.Room, Detail: s.Detail, Took: s.Lasted(),
			Gap: s.Person, Failed: s.Failed, Waiting: s.Waiting,
			Start: int(max(s.At-away, 0) * 1000 / whole), Width: int(max(s.Took, 0) * 1000 / whole),
		}
		if s.Person {
			away += max(s.Took, 0)
		}
		list = append(list, step)
	}
	return list
}
