package templates

import (
	"fmt"
	"strconv"
)

func traceHeading(v TraceView) string {
	if v.Heading == "" {
		return "A sign-in"
	}
	return v.Heading
}

func traceTitle(v TraceView) string { return traceHeading(v) }

// traceIsShort: nothing was said, so the checks take its place.
func traceIsShort(v TraceView) bool { return len(v.Mapping)+len(v.Claims) == 0 }

// outcomeClass colours an outcome; the icon and the words say the same.
func outcomeClass(kind NoticeKind) string {
	switch kind {
	case Good:
		return "good"
	case Care:
		return "care"
	default:
		return "bad"
	}
}

func gapSentence(s TraceStep) string {
	if s.Took == "" {
		return s.Sentence
	}
	return s.Took + " " + lowerFirst(s.Sentence)
}

func lowerFirst(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}

// minBar is the narrowest bar, in thousandths: four pixels of three hundred.
const minBar = 14

func barStart(s TraceStep) string {
	return strconv.Itoa(min(max(s.Start, 0), 1000-minBar))
}

func barWidth(s TraceStep) string {
	start := min(max(s.Start, 0), 1000-minBar)
	return strconv.Itoa(min(max(s.Width, minBar), 1000-start))
}

func checksNote(list []CheckRow) string {
	passed := 0
	for _, c := range list {
		if !c.Failed {
			passed++
		}
	}
	return fmt.Sprintf("%d of %d passed", passed, len(list))
}

func saidNote(said string) string {
	if said == "" {
		return "Values are masked"
	}
	return "From " + said + ". Values are masked"
}
