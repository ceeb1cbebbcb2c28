package notify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// readable checks the size and the characters of a part; false where looking further makes no sense.
func (c *partChecker) readable(text string) bool {
	limit, unit, size := maxText, "characters", utf8.RuneCountInString(strings.TrimSpace(text))
	switch c.part {
	case PartHTML:
		limit, unit, size = MaxHTML, "bytes", len(text)
	case PartSubject:
		limit = maxSubjectTemplate
	case PartSMS:
		limit = maxSMS
	}
	switch {
	case strings.TrimSpace(text) == "":
		c.fault(1, "is empty: remove it, and ours is sent")
	case size > limit:
		c.fault(1, "is too long: %d %s are the limit", limit, unit)
	case !utf8.ValidString(text):
		c.fault(1, "is not UTF-8 text")
	default:
		return c.printable(text)
	}
	return false
}

// printable finds characters that control and are not seen. A subject is one line.
func (c *partChecker) printable(text string) bool {
	tabs := c.part == PartText || c.part == PartHTML
	good, number := true, 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool {
			return (unicode.IsControl(r) && (r != '\t' || !tabs)) || unicode.Is(unicode.Bidi_Control, r)
		}) {
			c.fault(number, "holds a character that controls and is not seen")
			good = false
		}
	}
	if c.part == PartSubject && strings.Contains(strings.TrimSpace(text), "\n") {
		c.fault(2, "must be one line")
	}
	return good
}
