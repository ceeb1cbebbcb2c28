package notify

import (
	"strconv"
	"time"

	"portico/userpool"
)

// Facts are what a message is about. A kind uses those it has a place for.
type Facts struct {
	App      string          // the app's display name; may be empty
	Username string          // what the person signs in with
	Code     userpool.Secret // of a kind that carries one
	Link     userpool.Secret // of SignUpLink: the whole address, the code in it
	Validity time.Duration   // how long code or link work; 0 leaves the sentence out
	Host     string          // the host of the page that asks for the code; empty leaves it unbound (text messages)
}

// value is what stands in a place of an operator's text.
func (f Facts) value(place string) string {
	switch place {
	case codePlace:
		return f.Code.Reveal()
	case linkPlace:
		return f.Link.Reveal()
	case "{username}":
		return oneLine(f.Username)
	case "{app}":
		return oneLine(f.App)
	case "{minutes}":
		return strconv.Itoa(int(f.Validity / time.Minute))
	case "{hours}":
		return strconv.Itoa(int(f.Validity / time.Hour))
	}
	return place
}
