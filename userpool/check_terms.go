package userpool

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool/nearest"
)

// Limits of terms: Cognito's.
const (
	maxTerms    = 40   // documents of a pool
	maxTermsURL = 1024 // characters
)

// terms checks the terms of use and privacy policies of the clients.
func (c *checker) terms() {
	count := 0
	for _, i := range slices.Sorted(maps.Keys(c.d.Terms)) {
		list, names := member(at("Clients", i), "Terms"), map[string]string{}
		for j, document := range c.d.Terms[i] {
			path := at(list, j)
			if count++; count == maxTerms+1 {
				c.fault(path, "is one too many: a user pool has %d terms documents at most", maxTerms)
			}
			c.termsDocument(path, document)
			c.once(names, deref(document.TermsName), member(path, "TermsName"), "the name")
		}
	}
}

func (c *checker) termsDocument(path string, document types.TermsType) {
	switch name := deref(document.TermsName); {
	case name == "":
		c.fault(member(path, "TermsName"), "is missing: write %s or %s", termsOfUse, privacyPolicy)
	case name != termsOfUse && name != privacyPolicy:
		c.fault(member(path, "TermsName"), "is %q; it is %s or %s", name, termsOfUse, privacyPolicy)
	}
	if e := document.Enforcement; e != "" && e != types.TermsEnforcementTypeNone {
		c.fault(member(path, "Enforcement"), "is %q; it is NONE", e)
	}
	if s := document.TermsSource; s != "" && s != types.TermsSourceTypeLink {
		c.fault(member(path, "TermsSource"), "is %q; it is LINK", s)
	}
	if len(document.Links) == 0 {
		c.fault(member(path, "Links"), "is missing: write at least cognito:default with a web address")
	}
	languages := slices.Sorted(maps.Keys(termsLanguages()))
	for _, language := range mapKeys(document.Links) {
		path := member(path, "Links."+language)
		if !slices.Contains(languages, language) {
			if near, ok := nearest.To(language, languages); ok {
				c.fault(path, "is no language of the API: did you mean %s?", near)
				continue
			}
			c.fault(path, "is no language of the API; they are: %s", strings.Join(languages, ", "))
			continue
		}
		c.termsLink(path, document.Links[language])
	}
}

// termsLink: a link on the pages never runs script (javascript:) nor leaves https.
func (c *checker) termsLink(path, raw string) {
	if utf8.RuneCountInString(raw) > maxTermsURL {
		c.fault(path, "is too long: %d characters are the limit", maxTermsURL)
		return
	}
	if !secureLink(raw) {
		c.fault(path, "wants a web address that begins with https://")
	}
}

// secureLink reports whether text is an https address that may stand on a page.
func secureLink(text string) bool {
	u, err := url.Parse(text)
	unseen := strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) })
	return err == nil && !unseen && u.Scheme == "https" && u.Host != "" && u.User == nil
}

// termsAlone reports a document that is never shown: the pages show both or neither.
func (c *checker) termsAlone() {
	for _, i := range slices.Sorted(maps.Keys(c.d.Terms)) {
		terms := assembleTerms(c.d.Terms[i])
		if len(c.d.Terms[i]) == 0 || (len(terms.use) > 0 && len(terms.privacy) > 0) {
			continue
		}
		missing := termsOfUse
		if len(terms.use) > 0 {
			missing = privacyPolicy
		}
		c.fault(member(at("Clients", i), "Terms"), "has no %s: the pages show both documents or neither", missing)
	}
}
