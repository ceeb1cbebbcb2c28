package notify

import (
	"html"
	"strconv"
	"strings"
	"time"

	"portico/userpool"
)

// placeholder stands for the code in an operator's texts, as in Amazon Cognito.
const placeholder = "{####}"

// Compose writes the e-mail that carries a code. app is the display name of the app, or empty; validity is how long the
// code works, and zero leaves the sentence out. Where the operator wrote a text of their own it is taken: its Body may
// be HTML, as in Cognito, and every {####} in Subject and Body becomes the code. A Body without {####} would leave the
// person without a code, so ours is sent instead. The caller sets To and Pool.
func Compose(kind Kind, app string, code userpool.Secret, validity time.Duration, texts userpool.Messages) Message {
	m := ours(kind, app, code, validity)
	if subject := oneLine(strings.ReplaceAll(texts.Subject, placeholder, code.Reveal())); subject != "" {
		m.Subject = subject
	}
	if strings.Contains(texts.Body, placeholder) {
		m = m.inWords(texts.Body)
	}
	return m
}

func ours(kind Kind, app string, code userpool.Secret, validity time.Duration) Message {
	m := Message{
		Medium: userpool.MediumEmail, Kind: kind, App: app, Code: code,
		Heading: "Confirm your email",
		Before:  []string{"Enter this code on the page you came from." + worksFor(validity)},
		After:   []string{"If you did not ask for it, you can ignore this email."},
	}
	if kind == RecoveryCode {
		m.Heading = "Reset your password"
		m.After = []string{"If you did not ask for it, you can ignore this email. Your password stays as it is."}
	}
	m.Subject = m.Heading
	m.Text = m.plain()
	m.HTML = m.page()
	return m
}

// plain opens with the sentence that a phone shows as a preview, so that the code can be read without opening the mail.
func (m Message) plain() string {
	whose := "Your code"
	if m.App != "" {
		whose += " for " + oneLine(m.App)
	}
	lines := []string{whose + " is " + m.Code.Reveal() + ".", "", m.Heading}
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

	code := m.Code.Reveal()
	m.Text = strings.ReplaceAll(text, placeholder, code) + "\n"
	m.HTML = document(strings.ReplaceAll(markup, placeholder, html.EscapeString(code)))
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

// worksFor says how long a code works, in the largest unit that divides it.
func worksFor(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= unit.length && d%unit.length == 0 {
			return " It works for " + count(int(d/unit.length), unit.name) + "."
		}
	}
	return " It works for " + count(int(d.Round(time.Second)/time.Second), "second") + "."
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}
