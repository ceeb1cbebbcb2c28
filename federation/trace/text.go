package trace

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Heading is the outcome as a sentence.
func (t Trace) Heading() string {
	switch {
	case t.Test && t.Outcome == Succeeded:
		return "The test with " + t.Provider + " succeeded"
	case t.Test && t.Outcome == Denied:
		return t.Provider + " said no to the test"
	case t.Test:
		return "The test with " + t.Provider + " failed" + t.byCheck()
	case t.Outcome == Succeeded && t.NewUser:
		return "A new person signed in with " + t.Provider
	case t.Outcome == Succeeded:
		return "A known person signed in with " + t.Provider
	case t.Outcome == Denied:
		return t.Provider + " said no"
	}
	return "A sign-in with " + t.Provider + " failed" + t.byCheck()
}

func (t Trace) byCheck() string {
	if t.Failure == nil || t.Failure.Check == "" {
		return ""
	}
	return " at the check " + t.Failure.Check
}

// Times are how an attempt's time was spent.
type Times struct{ All, Person, Ours, Others time.Duration }

// Spent adds up the steps. Time between steps is ours.
func (t Trace) Spent() Times {
	all := t.Ended.Sub(t.Began)
	for _, s := range t.Steps { // the clock of the end may be a step behind the last one
		all = max(all, time.Duration(s.At+max(s.Took, 0))*time.Microsecond)
	}
	out := Times{All: all}
	for _, s := range t.Steps {
		switch took := time.Duration(max(s.Took, 0)) * time.Microsecond; {
		case s.Person:
			out.Person += took
		case s.Waiting:
			out.Others += took
		}
	}
	out.Ours = max(all-out.Person, 0)
	return out
}

// Summary says how the time was spent.
func (t Trace) Summary() string {
	s := t.Spent()
	text := Duration(s.All) + " in all."
	if s.Person > 0 {
		text += " " + Duration(s.Person) + " were with the person; " + Duration(s.Ours) + " were ours"
	} else {
		text += " " + Duration(s.Ours) + " were ours"
	}
	if s.Others > 0 {
		return text + ", and " + Duration(s.Others) + " of those were spent waiting for others."
	}
	return text + "."
}

// Duration writes a duration with the precision that matters to a reader.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "–"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}

// Lasted writes how long a step took; a dash where that was not measured.
func (s Step) Lasted() string {
	if s.Took < 0 {
		return "–"
	}
	return Duration(time.Duration(s.Took) * time.Microsecond)
}

// WriteText writes the whole trace as text, for a terminal or a ticket.
func (t Trace) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Trace %s\n%s\n%s\n\n", t.Reference, t.Heading(), t.Summary())
	t.writeFacts(&b)
	t.writeFailure(&b)
	t.writeSteps(&b)
	t.writeChecks(&b)
	t.writeClaims(&b)
	t.writeMapping(&b)
	if t.Cut {
		b.WriteString("\nSomething was left out, because the trace was too large.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Text is WriteText as a string.
func (t Trace) Text() string {
	var b strings.Builder
	_ = t.WriteText(&b) // a strings.Builder takes every write
	return b.String()
}

// Facts are what the trace is about, in order, as name and value.
func (t Trace) Facts() [][2]string {
	facts := [][2]string{{"Began", t.Began.UTC().Format("2006-01-02 15:04:05 MST")}, {"User pool", t.Pool}, {"Provider", t.Provider + " (" + t.Type + ")"}}
	for _, f := range [][2]string{{"App client", t.Client}, {"User", t.User}, {"Subject", t.Subject}} {
		if f[1] != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

func (t Trace) writeFacts(b *strings.Builder) {
	for _, f := range t.Facts() {
		fmt.Fprintf(b, "  %-11s %s\n", f[0], f[1])
	}
}

func (t Trace) writeFailure(b *strings.Builder) {
	if t.Failure == nil {
		return
	}
	b.WriteString("\nWhy it ended\n")
	for _, line := range [][2]string{
		{"Check", t.Failure.Check}, {"Cause", t.Failure.Cause}, {"Told", t.Failure.Told},
		{"What to do", t.Failure.Advice}, {"Setting", t.Failure.Setting},
	} {
		if line[1] != "" {
			fmt.Fprintf(b, "  %-11s %s\n", line[0], line[1])
		}
	}
}

func (t Trace) writeSteps(b *strings.Builder) {
	b.WriteString("\nWhat happened\n")
	for _, s := range t.Steps {
		at, took := Duration(time.Duration(s.At)*time.Microsecond), s.Lasted()
		if s.Person {
			fmt.Fprintf(b, "  %9s  ·       %s, %s\n", at, s.Sentence, took)
			continue
		}
		mark := "ok    "
		if s.Failed {
			mark = "FAILED"
		}
		who := s.Room
		if s.Waiting {
			who += ", waiting for others"
		}
		fmt.Fprintf(b, "  %9s  %s  %s [%s] %s\n", at, mark, s.Sentence, strings.TrimPrefix(who, ", "), took)
		if s.Detail != "" {
			fmt.Fprintf(b, "                     %s\n", s.Detail)
		}
	}
}

func (t Trace) writeChecks(b *strings.Builder) {
	if len(t.Checks) > 0 {
		b.WriteString("\nChecks\n")
	}
	for _, c := range t.Checks {
		b.WriteString(c.line())
	}
}

func (c Check) line() string {
	mark := "pass"
	if !c.Passed {
		mark = "FAIL"
	}
	return strings.TrimRight(fmt.Sprintf("  %s  %-20s %s", mark, c.Name, c.Detail), " ") + "\n"
}

func (t Trace) writeClaims(b *strings.Builder) {
	if len(t.Claims) == 0 {
		return
	}
	fmt.Fprintf(b, "\nWhat the provider said (%s; values are masked)\n", t.Said)
	for _, c := range t.Claims {
		fmt.Fprintf(b, "  %-26s %s\n", c.Name, strings.Join(c.Values, ", "))
	}
}

func (t Trace) writeMapping(b *strings.Builder) {
	if len(t.Mapping) > 0 {
		b.WriteString("\nMapping (attribute, from claim)\n")
	}
	for _, m := range t.Mapping {
		line := fmt.Sprintf("  %-9s  %-18s ← %-18s %s", m.Fate, m.Attribute, m.Claim, m.Value)
		if m.Why != "" {
			line += "  (" + m.Why + ")"
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
