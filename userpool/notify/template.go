package notify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Places of an operator's texts. codePlace is Amazon Cognito's; a text between the marks of linkMark becomes the link's.
const (
	codePlace = "{####}"
	linkPlace = "{link}"
)

// places finds everything that looks like a place. What style sheets hold between braces does not.
var places = regexp.MustCompile(`\{#+[^#{}]*#*\}|\{[A-Za-z_]+\}`)

// linkMark is Cognito's place for a link: {##text##}.
var linkMark = regexp.MustCompile(`\{##([^#{}]+)##\}`)

// Part is one part of a message that operators can write: a file of its own.
type Part string

// The parts, by the ending of their files.
const (
	PartSubject Part = "subject.txt"
	PartText    Part = "txt"
	PartHTML    Part = "html"
	PartSMS     Part = "sms.txt"
)

// PartsOf are the parts that a kind has.
func PartsOf(k Kind) []Part {
	if k.MailOnly() {
		return []Part{PartSubject, PartText, PartHTML}
	}
	return []Part{PartSubject, PartText, PartHTML, PartSMS}
}

// Limits of the parts. Mail programs cut a letter at 102 KB; a text message is one on its way to a phone; the
// other two are Cognito's. All but the first are in characters.
const (
	MaxHTML            = 100 << 10 // bytes
	maxText            = 20_000
	maxSubjectTemplate = 140
	maxSMS             = 160
)

// Fault is one thing wrong with an operator's text.
type Fault struct {
	Line    int // from 1
	Message string
}

// Template is an operator's text for some parts of a kind, free of faults. The zero value has none.
type Template map[Part]string

// ParsePart checks an operator's text of a part and returns it as it is used: without blanks around it.
func ParsePart(k Kind, part Part, data []byte) (string, []Fault) {
	c := &partChecker{kind: k, part: part}
	text := strings.TrimPrefix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\ufeff")
	if c.readable(text) {
		c.places(text)
		if part == PartHTML {
			c.markup(text)
		}
	}
	slices.SortStableFunc(c.faults, func(a, b Fault) int { return a.Line - b.Line })
	return strings.TrimSpace(text), c.faults
}

type partChecker struct {
	kind   Kind
	part   Part
	faults []Fault
}

func (c *partChecker) fault(line int, format string, args ...any) {
	c.faults = append(c.faults, Fault{line, fmt.Sprintf(format, args...)})
}

// known are the places of a kind, in the order they are told.
func known(k Kind) []string {
	switch {
	case k == SignUpLink:
		return []string{linkPlace, "{##", "{username}", "{app}", "{minutes}", "{hours}"}
	case k.Notice():
		return []string{"{username}", "{app}"}
	}
	return []string{codePlace, "{username}", "{app}", "{minutes}", "{hours}"}
}

// places finds places for which there is no value, and misses the one that makes the message of use.
func (c *partChecker) places(text string) {
	allowed := known(c.kind)
	needed := false
	for _, at := range places.FindAllStringIndex(text, -1) {
		place, line := text[at[0]:at[1]], 1+strings.Count(text[:at[0]], "\n")
		marked := linkMark.MatchString(place)
		switch {
		case marked && c.kind == SignUpLink && c.part == PartHTML, place == codePlace && slices.Contains(allowed, codePlace):
			needed = true
		case place == linkPlace && c.kind == SignUpLink && c.part != PartSubject:
			needed = true
		case place == linkPlace || marked || place == codePlace || !slices.Contains(allowed, place):
			c.fault(line, "has a place %s for which there is no value here: there are %s", place, placeList(c.kind, c.part))
		}
	}
	if needed || c.part == PartSubject || c.kind.Notice() {
		return
	}
	if c.kind == SignUpLink {
		c.fault(1, "lacks %s: nobody could confirm without the link", linkPlace)
		return
	}
	c.fault(1, "lacks %s, where the code goes", codePlace)
}

func placeList(k Kind, part Part) string {
	var list []string
	for _, place := range known(k) {
		switch {
		case place == "{##" && part == PartHTML:
			list = append(list, "{##text##}")
		case place == "{##", place == linkPlace && part == PartSubject:
		default:
			list = append(list, place)
		}
	}
	return strings.Join(list, ", ")
}
