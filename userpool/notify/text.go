package notify

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"portico/userpool"
	"portico/words"
)

// ComposeText writes a text message, in the language of said. Where the operator wrote a text of their own it is taken, the API's
// before that of files; a text for a code without {####} would leave the person without it, so it counts as none. The caller
// sets To and Pool.
//
// Ours always fits one message: it leaves out what does not fit, the host's line first, the app's name last.
func ComposeText(said words.Words, kind Kind, f Facts, own Own) Message {
	m := Message{Medium: userpool.MediumSMS, Kind: kind, App: f.App, Code: f.Code}
	switch {
	case usable(kind, own.API.SMS):
		m.Text = fillAPI(own.API.SMS, f)
	case usable(kind, own.File[PartSMS]):
		m.Text = fill(own.File[PartSMS], f)
	default:
		m.Text = ourText(said, kind, f)
	}
	m.Before = paragraphs(m.Text)
	return m
}

func usable(kind Kind, text string) bool {
	return text != "" && (kind.Notice() || strings.Contains(text, codePlace)) && !strings.ContainsFunc(text, unprintable)
}

// ourText is the fullest of our texts that one message holds.
func ourText(said words.Words, kind Kind, f Facts) string {
	say := kind.sayings()
	sentence := said.Say(say.short, "code", f.Code.Reveal())
	// The app's name is a setting: it must not bring a line that a phone reads as an address,
	// nor what looks like a place.
	named := sentence
	if app := strings.ReplaceAll(oneLine(f.App), codePlace, ""); app != "" {
		named = app + ": " + sentence
	}
	if kind.Notice() {
		stop := said.Sentences(named+".", said.Say(say.end))
		return first(stop, named, sentence)
	}
	timed := named
	if f.Validity > 0 {
		timed = said.Sentences(named, said.Duration("valid", f.Validity))
	}
	fullest := timed
	if f.Host != "" {
		// The form of "Origin-bound one-time codes delivered via SMS": phones that know it fill the code in on this host
		// and on no other, whatever page asks for it.
		fullest += "\n\n@" + f.Host + " #" + f.Code.Reveal()
	}
	return first(fullest, timed, named, sentence)
}

// first is the first text that one message holds, or else the last.
func first(texts ...string) string {
	for _, text := range texts {
		if Segments(text) <= 1 {
			return text
		}
	}
	return texts[len(texts)-1]
}

// unprintable finds what a phone does not show: control characters, except for the ends of lines.
func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\n' }

// checkText refuses a text message that could not be sent as it is, or would cost more than a code may. Its errors repeat
// neither number nor text.
func (m Message) checkText() error {
	switch n := Segments(m.Text); {
	case !userpool.LooksLikePhone(m.To):
		return fmt.Errorf("%w: recipient: %w", ErrMessage, errors.New("not a phone number"))
	case n == 0:
		return fmt.Errorf("%w: no text", ErrMessage)
	case n > maxSegments:
		return fmt.Errorf("%w: the text takes more than %d messages", ErrMessage, maxSegments)
	case !utf8.ValidString(m.Text), strings.ContainsFunc(m.Text, unprintable):
		return fmt.Errorf("%w: control character in the text", ErrMessage)
	}
	return nil
}
