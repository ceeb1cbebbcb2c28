package notify

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// What an operator's letter may be made of: text, tables, links and pictures that travel inside. There is no script, nothing
// is fetched (a picture fetched tells who reads what when), and nothing is typed into a letter.
var (
	letterTags = strings.Fields("html head title body style meta center div section p br hr span b strong i em u s small sub sup font " +
		"h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code table caption thead tbody tfoot tr th td colgroup col a img bdi bdo")
	letterAttributes = strings.Fields("style class id align valign width height bgcolor color size face border cellpadding cellspacing " +
		"colspan rowspan scope role dir lang href src alt title target rel name content charset aria-hidden aria-label type media")
)

// markup checks the HTML of a letter.
func (c *partChecker) markup(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	line, inside := 1, ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				c.fault(line, "cannot be read as HTML")
			}
			return
		}
		at := line
		line += bytes.Count(z.Raw(), []byte("\n"))
		token := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			c.element(at, token)
			inside = token.Data
		case html.EndTagToken:
			inside = ""
		case html.TextToken:
			if inside == "style" {
				c.style(at, token.Data, "a style sheet")
			}
		case html.CommentToken:
			// Some mail programs read conditional comments as markup of their own.
			if strings.HasPrefix(token.Data, "[if") || places.MatchString(token.Data) {
				c.fault(at, "has a comment that is read or filled in: remove it")
			}
		}
	}
}

func (c *partChecker) element(line int, token html.Token) {
	if !slices.Contains(letterTags, token.Data) {
		c.fault(line, "has an element <%s>, which letters may not have", clip(token.Data))
		return
	}
	for _, a := range token.Attr {
		c.attribute(line, token.Data, a)
	}
}

func (c *partChecker) attribute(line int, element string, a html.Attribute) {
	switch {
	case !slices.Contains(letterAttributes, a.Key):
		c.fault(line, "has an attribute %s in <%s>, which letters may not have", clip(a.Key), element)
	case a.Key == "href":
		if element != "a" || !linkTarget(a.Val, c.kind) {
			c.fault(line, "has an address in <%s> that is not https:, mailto: or tel:", element)
		}
	case a.Key == "src":
		if element != "img" || !strings.HasPrefix(a.Val, "data:image/") || strings.HasPrefix(a.Val, "data:image/svg") {
			c.fault(line, "has a picture that would be fetched: write it as data:image/png;base64,…")
		}
	case a.Key == "style":
		c.style(line, a.Val, "a style")
	case places.MatchString(a.Val):
		c.fault(line, "has a place in the attribute %s: places stand in the text, and %s in href", a.Key, linkPlace)
	case element == "meta" && a.Key == "content" && strings.Contains(strings.ToLower(a.Val), "url="):
		c.fault(line, "leads somewhere else by itself")
	}
}

func linkTarget(address string, kind Kind) bool {
	if address == linkPlace {
		return kind == SignUpLink
	}
	if places.MatchString(address) || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' }) {
		return false
	}
	scheme, _, found := strings.Cut(strings.ToLower(address), ":")
	return found && (scheme == "https" || scheme == "mailto" || scheme == "tel")
}

// style finds what a style would fetch or run. An escape could hide it.
func (c *partChecker) style(line int, text, what string) {
	low := strings.ToLower(text)
	for _, bad := range []string{"url(", "@import", "image-set(", "expression(", "behavior:", "-moz-binding", `\`} {
		if strings.Contains(low, bad) {
			c.fault(line, "has %s with %s, which would fetch or run something", what, bad)
		}
	}
	if places.MatchString(text) {
		c.fault(line, "has a place in %s: places stand in the text", what)
	}
}

// clip keeps a fault readable whatever it quotes.
func clip(text string) string {
	if len(text) > 40 {
		return text[:40] + "…"
	}
	return text
}
