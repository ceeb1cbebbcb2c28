package notify

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"portico/userpool"
	"portico/words"
)

// TextWords are the sentences of our own text messages. {####} stands for the code.
type TextWords struct {
	SignUp, Recovery string
	Validity         string // a whole sentence, or empty
}

// OurTextWords are the words where no others are chosen; zero leaves the sentence about the time out.
func OurTextWords(said words.Words, validity time.Duration) TextWords {
	w := TextWords{
		SignUp:   strings.ReplaceAll(said.Say("text.signup"), "{code}", placeholder),
		Recovery: strings.ReplaceAll(said.Say("text.recovery"), "{code}", placeholder),
	}
	if validity > 0 {
		w.Validity = said.Duration("valid", validity)
	}
	return w
}

// ComposeText writes the text message that carries a code. host is the host of the page that asks for it, or empty. Where
// the operator wrote a text of their own it is taken, with every {####} in it replaced, as in Cognito; a text without
// {####} would leave the person without a code, so ours is sent instead. The caller sets To and Pool.
//
// Ours always fits one message: it leaves out what does not fit, the host's line first, the app's name last.
func ComposeText(kind Kind, app, host string, code userpool.Secret, with TextWords, texts userpool.Messages) Message {
	m := Message{Medium: userpool.MediumSMS, Kind: kind, App: app, Code: code}
	text := texts.SMS
	if !strings.Contains(text, placeholder) || strings.ContainsFunc(text, unprintable) {
		text = ourText(kind, oneLine(app), host, code, with)
	}
	m.Text = strings.ReplaceAll(text, placeholder, code.Reveal())
	m.Before = paragraphs(m.Text)
	return m
}

// ourText is the fullest of our texts that one message holds.
func ourText(kind Kind, app, host string, code userpool.Secret, with TextWords) string {
	sentence := with.SignUp
	if kind == RecoveryCode {
		sentence = with.Recovery
	}
	// The app's name is a setting: it must not bring a second code, nor a line that a phone reads as an address.
	named := sentence
	if app = strings.ReplaceAll(app, placeholder, ""); app != "" {
		named = app + ": " + sentence
	}
	timed := strings.TrimSpace(named + " " + with.Validity)
	fullest := timed
	if host != "" {
		// The form of "Origin-bound one-time codes delivered via SMS": phones that know it fill the code in on this host
		// and on no other, whatever page asks for it.
		fullest += "\n\n@" + host + " #" + placeholder
	}
	for _, text := range []string{fullest, timed, named} {
		if Segments(strings.ReplaceAll(text, placeholder, code.Reveal())) <= 1 {
			return text
		}
	}
	return sentence
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
