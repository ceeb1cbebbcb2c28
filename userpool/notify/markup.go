package notify

import (
	stdhtml "html"
	"strings"

	"golang.org/x/net/html"

	"portico/words"
)

// Mail programs drop style sheets, so the few styles stand on the elements. Colours follow the reader's own scheme,
// which a fixed pair would break in half of the programs.
const (
	styleBody = `font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5;` +
		`max-width:34rem;margin:0 auto;padding:24px`
	styleCode = `font-family:ui-monospace,Menlo,Consolas,monospace;font-size:32px;letter-spacing:6px;margin:16px 0`
	styleLink = `overflow-wrap:anywhere;margin:16px 0`
)

// page is our message as HTML: the same words as the plain text, with the code big. A link shows
// where it leads.
func (m Message) page() string {
	var b strings.Builder
	write := func(open, text, end string) {
		if text != "" {
			b.WriteString(open + stdhtml.EscapeString(text) + end + "\n")
		}
	}
	write("<p>", m.App, "</p>")
	write(`<h1 style="font-size:20px;margin:16px 0">`, m.Heading, "</h1>")
	for _, text := range m.Before {
		write("<p>", text, "</p>")
	}
	if !m.Link.Empty() {
		address := stdhtml.EscapeString(m.Link.Reveal())
		b.WriteString(`<p dir="ltr" style="` + styleLink + `"><a href="` + address + `">` + address + "</a></p>\n")
	}
	write(`<p dir="ltr" style="`+styleCode+`">`, m.Code.Reveal(), "</p>")
	for _, text := range m.After {
		write(`<p style="font-size:14px">`, text, "</p>")
	}
	return m.document(b.String())
}

func (m Message) document(content string) string {
	language := words.English().Language()
	if m.language.Code != "" {
		language = m.language
	}
	direction := "ltr"
	if language.RTL {
		direction = "rtl"
	}
	return `<!DOCTYPE html>
<html lang="` + language.Code + `" dir="` + direction + `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<meta name="color-scheme" content="light dark"></head>
<body style="` + styleBody + `">
` + content + `
</body></html>
`
}

// breaking reports whether an element begins a new line.
func breaking(tag string) bool {
	switch tag {
	case "br", "p", "div", "h1", "h2", "h3", "h4", "li", "ul", "ol", "tr", "table", "blockquote", "hr":
		return true
	}
	return false
}

// plainText is what a reader of the markup would see: the text without tags, styles and scripts.
func plainText(markup string) string {
	var b strings.Builder
	hidden := ""
	for z := html.NewTokenizer(strings.NewReader(markup)); ; {
		kind := z.Next()
		if kind == html.ErrorToken { // the end, or something no reader could show either
			break
		}
		token := z.Token()
		switch {
		case hidden != "":
			if kind == html.EndTagToken && token.Data == hidden {
				hidden = ""
			}
		case kind == html.TextToken:
			b.WriteString(token.Data)
		case kind == html.StartTagToken && (token.Data == "style" || token.Data == "script" || token.Data == "title"):
			hidden = token.Data
		case breaking(token.Data):
			b.WriteString("\n")
		}
	}
	return strings.Join(paragraphs(b.String()), "\n")
}
