package browser

import (
	"portico/templates"
	"portico/userpool"
	"portico/web/visit"
	"portico/words"
)

// SupportFor is whom people of a request write to: the pool's own, else the server's; empty for nobody.
func (l *Look) SupportFor(v *visit.Visit) string {
	if v.Pool != nil && v.Pool.Support != "" {
		return v.Pool.Support
	}
	return l.Support
}

// links stand at the foot of a page, each where there is one: help is whom people of the pool write to, else where the
// server says; terms and privacy are what they agree to.
func (l *Look) links(v *visit.Visit, said words.Words) []templates.Link {
	help := l.Links.Help
	if v.Pool != nil && v.Pool.Support != "" {
		help = v.Pool.Support
	}
	if userpool.LooksLikeEmail(help) {
		help = "mailto:" + help
	}
	terms, privacy := l.Consent(v, said)
	return []templates.Link{
		{Text: said.Say("footer.help"), Href: help},
		{Text: said.Say("footer.privacy"), Href: privacy},
		{Text: said.Say("footer.terms"), Href: terms},
	}
}

// Consent are the addresses of what a person agrees to by signing up: the app's own terms of use and privacy policy in a
// language, both or neither, else the server's.
func (l *Look) Consent(v *visit.Visit, said words.Words) (terms, privacy string) {
	if v.Pool != nil {
		if client, known := v.Pool.Clients[v.Client]; known {
			if terms, privacy, both := client.Terms.In(said.Language().Code); both {
				return terms, privacy
			}
		}
	}
	return l.Links.Terms, l.Links.Privacy
}
