package notify

import (
	"html"
	"strings"
	"time"

	"portico/userpool"
	"portico/words"
)

// placeholder stands for the code in an operator's texts, as in Amazon Cognito.
const placeholder = "{####}"

// Compose writes the e-mail that carries a code, in the language of said. app is the display name of the app, or empty; validity is how long the
// code works, and zero leaves the sentence out. Where the operator wrote a text of their own it is taken: its Body may
// be HTML, as in Cognito, and every {####} in Subject and Body becomes the code. A Body without {####} would leave the
// person without a code, so ours is sent instead. The caller sets To and Pool.
func Compose(said words.Words, kind Kind, app string, code userpool.Secret, validity time.Duration, texts userpool.Messages) Message {
	m := ours(said, kind, app, code, validity)
	if subject := oneLine(strings.ReplaceAll(texts.Subject, placeholder, code.Reveal())); subject != "" {
		m.Subject = subject
	}
	if strings.Contains(texts.Body, placeholder) {
		m = m.inWords(texts.Body)
	}
	return m
}

func ours(said words.Words, kind Kind, app string, code userpool.Secret, validity time.Duration) Message {
	m := Message{
		Medium: userpool.MediumEmail, Kind: kind, App: app, Code: code, language: said.Language(),
		Heading: said.Say("mail.signup.heading"),
		Before:  []string{enter(said, validity)},
		After:   []string{said.Say("mail.ignore")},
	}
	if kind == RecoveryCode {
		m.Heading = said.Say("mail.reset.heading")
		m.After = []string{said.Say("mail.ignore.reset")}
	}
	m.Subject = m.Heading
	m.Text = m.plain(said)
	m.HTML = m.page()
	return m
}

// enter says what to do with the code, and how long it works.
func enter(said words.Words, validity time.Duration) string {
	if validity <= 0 {
		return said.Say("mail.enter")
	}
	return said.Sentences(said.Say("mail.enter"), said.Duration("valid", validity))
}

// plain opens with the sentence that a phone shows as a preview, so that the code can be read without opening the mail.
func (m Message) plain(said words.Words) string {
	first := said.Say("mail.code.unnamed", "code", m.Code.Reveal())
	if m.App != "" {
		first = said.Say("mail.code", "app", oneLine(m.App), "code", m.Code.Reveal())
	}
	lines := []string{first, "", m.Heading}
	lines = append(lines, m.Before...)
	lines = append(lines, "")
	lines = append(lines, m.After...)
	return strings.Join(lines, "\n") + "\n"
}

// inWords puts the operator's body in place of ours.
func (m Message) inWords(body string) Message {
	markup := body
	if !strings.Contains(body, "<") {
		markup = strings.ReplaceAll(html.EscapeString(body), "\n", "<br>\n")
	}
	text := plainText(markup)
	before, after, _ := strings.Cut(text, placeholder)

	m.language = words.Language{} // not ours to know
	code := m.Code.Reveal()
	m.Text = strings.ReplaceAll(text, placeholder, code) + "\n"
	m.HTML = m.document(strings.ReplaceAll(markup, placeholder, html.EscapeString(code)))
	m.Heading = ""
	m.Before = paragraphs(before)
	m.After = paragraphs(strings.ReplaceAll(after, placeholder, code))
	return m
}

// paragraphs splits a text at its line ends and drops empty lines.
func paragraphs(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// oneLine makes a text fit for a header: names and subjects are settings, and a setting may contain a line end.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
