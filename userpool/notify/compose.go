package notify

import (
	"html"
	"strings"

	"portico/userpool"
	"portico/words"
)

// Own are an operator's texts for a message. Those of the API come first, then those of files, then ours.
type Own struct {
	API  userpool.MessageTexts
	File Template
}

// Compose writes an e-mail, in the language of said. Where the operator wrote a text of their own it is taken. The API's Body
// may be HTML, as in Cognito, and makes both parts; every {####} in its Subject and Body becomes the code, every {##text##} a
// link. A Body without would leave the person without code or link, so it counts as none. The caller sets To and Pool.
func Compose(said words.Words, kind Kind, f Facts, own Own) Message {
	m := ours(said, kind, f)
	m = m.withParts(f, own.File)
	return m.withAPI(f, own.API)
}

func ours(said words.Words, kind Kind, f Facts) Message {
	say := kind.sayings()
	m := Message{
		Medium: userpool.MediumEmail, Kind: kind, App: f.App, Code: f.Code, Link: f.Link, language: said.Language(),
		Heading: said.Say(say.heading), Before: []string{said.Say(say.text)}, After: []string{said.Say(say.end)},
	}
	if f.Validity > 0 && !kind.Notice() {
		m.Before[0] = said.Sentences(m.Before[0], said.Duration("valid", f.Validity))
	}
	m.Subject = m.Heading
	m.Text = m.plain(said)
	m.HTML = m.page()
	return m
}

// plain opens with the sentence that a phone shows as a preview, so that a code can be read without opening the mail.
func (m Message) plain(said words.Words) string {
	var lines []string
	switch {
	case m.Kind == SignUpLink || m.Kind.Notice():
		if m.App != "" {
			lines = []string{oneLine(m.App), ""}
		}
	case m.App == "":
		lines = []string{said.Say("mail.code.unnamed", "code", m.Code.Reveal()), ""}
	default:
		lines = []string{said.Say("mail.code", "app", oneLine(m.App), "code", m.Code.Reveal()), ""}
	}
	lines = append(lines, m.Heading)
	lines = append(lines, m.Before...)
	lines = append(lines, "")
	if !m.Link.Empty() {
		lines = append(lines, m.Link.Reveal(), "")
	}
	lines = append(lines, m.After...)
	return strings.Join(lines, "\n") + "\n"
}

// withParts puts the parts that an operator's files have in place of ours.
func (m Message) withParts(f Facts, own Template) Message {
	if subject := own[PartSubject]; subject != "" {
		m.Subject = oneLine(fill(subject, f))
	}
	if text := own[PartText]; text != "" {
		before, after, _ := strings.Cut(text, m.middle())
		m.Text = fill(text, f) + "\n"
		m.Heading, m.Before, m.After = "", paragraphs(fill(before, f)), paragraphs(fill(after, f))
	}
	if letter := own[PartHTML]; letter != "" {
		filled := fillMarkup(letter, f)
		if m.HTML = filled; !strings.Contains(strings.ToLower(letter), "<body") {
			m.HTML = m.document(filled)
		}
	}
	return m
}

// middle is the place between Before and After.
func (m Message) middle() string {
	if m.Kind == SignUpLink {
		return linkPlace
	}
	return codePlace
}

// fill puts the values in the places of a text, all at once: a value that looks like a place stays as it is.
func fill(text string, f Facts) string {
	return places.ReplaceAllStringFunc(text, f.value)
}

// fillMarkup does so in HTML, where values are escaped.
func fillMarkup(markup string, f Facts) string {
	return places.ReplaceAllStringFunc(markup, func(place string) string {
		if mark := linkMark.FindStringSubmatch(place); mark != nil && !f.Link.Empty() {
			return `<a href="` + html.EscapeString(f.Link.Reveal()) + `">` + html.EscapeString(html.UnescapeString(strings.TrimSpace(mark[1]))) + `</a>`
		}
		return html.EscapeString(f.value(place))
	})
}

// withAPI puts what the pool's own members say in place of everything else. They know one place: {####}, or {##text##}.
func (m Message) withAPI(f Facts, own userpool.MessageTexts) Message {
	if subject := oneLine(fillAPI(own.Subject, f)); subject != "" {
		m.Subject = subject
	}
	has := strings.Contains(own.Body, codePlace)
	if m.Kind == SignUpLink {
		has = linkMark.MatchString(own.Body)
	}
	if has {
		m = m.inWords(own.Body, f)
	}
	return m
}

func fillAPI(text string, f Facts) string {
	return strings.ReplaceAll(text, codePlace, f.Code.Reveal())
}

// inWords puts the operator's body in place of ours.
func (m Message) inWords(body string, f Facts) Message {
	markup := body
	if !strings.Contains(body, "<") {
		markup = strings.ReplaceAll(html.EscapeString(body), "\n", "<br>\n")
	}
	// As text, a link is its address after its words.
	text := plainText(linkMark.ReplaceAllString(markup, "$1 "+linkPlace))
	middle := m.middle()
	before, after, _ := strings.Cut(text, middle)
	filled := func(text string) string { return strings.ReplaceAll(text, middle, f.value(middle)) }

	m.language = words.Language{} // not ours to know
	m.Text = filled(text) + "\n"
	m.HTML = m.document(apiMarkup(markup, f))
	m.Heading, m.Before, m.After = "", paragraphs(before), paragraphs(filled(after))
	return m
}

func apiMarkup(markup string, f Facts) string {
	markup = strings.ReplaceAll(markup, codePlace, html.EscapeString(f.Code.Reveal()))
	if f.Link.Empty() {
		return markup
	}
	return linkMark.ReplaceAllStringFunc(markup, func(place string) string { return fillMarkup(place, f) })
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
