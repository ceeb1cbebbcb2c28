package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"portico/userpool"
	"portico/words"
)

// Pattern is our own text of a part, with places where values go, for operators to start from. ParsePart takes it as it is. It
// fails where the kind has no such part.
func Pattern(said words.Words, kind Kind, part Part, validity time.Duration) (string, error) {
	if !slices.Contains(PartsOf(kind), part) {
		return "", fmt.Errorf("a message %s has no part %s", kind.FileName(), part)
	}
	f := Facts{App: "{app}", Username: "{username}", Validity: validity}
	switch {
	case kind == SignUpLink:
		f.Link = userpool.NewSecret(linkPlace)
	case !kind.Notice():
		f.Code = userpool.NewSecret(codePlace)
	}
	if part == PartSMS {
		return visible(ComposeText(said, kind, f, Own{}).Text), nil
	}
	m := Compose(said, kind, f, Own{})
	return visible(map[Part]string{PartSubject: m.Subject, PartText: m.Text, PartHTML: m.HTML}[part]), nil
}

// visible takes out what isolates a value from the text around it in languages read from right to left: places stand for
// themselves, and a text of an operator's holds nothing unseen.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u2068' || r == '\u2069' {
			return -1
		}
		return r
	}, text)
}
