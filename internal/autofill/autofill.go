// Package autofill holds pages to what password managers, phones' keyboards and
// people who cannot type much need of a field (WCAG 2.2, 1.3.5): a rule for
// each name that a field may have. A field without a rule is a fault, so that a
// new page must say what its fields are.
package autofill

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// rule is what the fields of a name must have. Lists are alternatives; an empty
// one allows everything.
type rule struct {
	name         *regexp.Regexp
	types        []string
	autocomplete []string // of WHATWG's list, and "webauthn" after one of them
	inputmode    []string
	verbatim     bool // autocapitalize=none and spellcheck=false: it is no prose
}

func named(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(` + pattern + `)$`) }

func attribute(name string) *regexp.Regexp {
	return named(`requiredAttributes\[(` + name + `)\]|` + name)
}

// rules are tried in order; the first whose name fits counts.
func rules() []rule {
	return []rule{
		{named("username|identifier"), []string{"text", "email", "tel"}, []string{"username", "username webauthn"}, nil, true},
		{named("password"), []string{"password"}, []string{"current-password", "new-password"}, nil, true},
		{named("(old|current|existing)_?[pP]assword"), []string{"password"}, []string{"current-password"}, nil, true},
		{named("(new|confirm|proposed)_?[pP]assword"), []string{"password"}, []string{"new-password"}, nil, true},
		{named(`code|\w+_code`), []string{"text"}, []string{"one-time-code"}, []string{"numeric"}, false},
		{named("friendlyDeviceName|passkeyName"), []string{"text"}, []string{"off"}, nil, false}, // what to call an authenticator app or a passkey
		{attribute("email"), []string{"email"}, []string{"email"}, nil, true},
		{attribute("phone_number"), []string{"tel"}, []string{"tel"}, nil, false},
		{attribute("name"), []string{"text"}, []string{"name"}, nil, false},
		{attribute("given_name"), []string{"text"}, []string{"given-name"}, nil, false},
		{attribute("family_name"), []string{"text"}, []string{"family-name"}, nil, false},
		{attribute("middle_name"), []string{"text"}, []string{"additional-name"}, nil, false},
		{attribute("nickname"), []string{"text"}, []string{"nickname"}, nil, false},
		{attribute("preferred_username"), []string{"text"}, []string{"username"}, nil, true},
		{attribute("birthdate"), []string{"date"}, []string{"bday"}, nil, false},
		{attribute("address"), []string{"text"}, []string{"street-address"}, nil, false},
		{attribute("gender"), []string{"text"}, []string{"sex"}, nil, false},
		{attribute("locale"), []string{"text"}, []string{"language"}, nil, false},
		{attribute("picture"), []string{"url"}, []string{"photo"}, nil, false},
		{attribute("profile|website"), []string{"url"}, []string{"url"}, nil, false},
		{attribute(`zoneinfo|updated_at|custom:\w+`), nil, []string{"off"}, nil, false}, // nothing a browser could know
	}
}

// Faults are what is wrong with the fields of a page.
func Faults(page string) []string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return []string{err.Error()}
	}
	var faults []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "form" {
			faults = append(faults, ofForm(n)...)
		}
		if n.Data == "input" && typed(value(n, "type")) {
			faults = append(faults, ofField(n)...)
		}
		if n.Data == "input" && value(n, "type") == "hidden" && has(n, "autocomplete") {
			faults = append(faults, fmt.Sprintf("the field %s is of type hidden, which managers do not look at: make it a text with the attribute hidden", value(n, "name")))
		}
	}
	return faults
}

// typed tells the fields that somebody types in.
func typed(kind string) bool {
	return !slices.Contains([]string{"hidden", "radio", "checkbox", "submit", "button", "file", "color", "range"}, kind)
}

func ofField(n *html.Node) []string {
	name := value(n, "name")
	all := rules()
	i := slices.IndexFunc(all, func(r rule) bool { return r.name.MatchString(name) })
	if i < 0 {
		return []string{fmt.Sprintf("there is no rule for the field %q; add one to internal/autofill", name)}
	}
	r := all[i]
	var faults []string
	want := func(attribute string, allowed ...string) {
		if got := value(n, attribute); len(allowed) > 0 && !slices.Contains(allowed, got) {
			faults = append(faults, fmt.Sprintf("the field %s has %s=%q, want one of %q", name, attribute, got, allowed))
		}
	}
	want("type", r.types...)
	want("autocomplete", r.autocomplete...)
	want("inputmode", r.inputmode...)
	if r.verbatim && !has(n, "hidden") { // a hidden user name is there for password managers alone
		want("autocapitalize", "none")
		want("spellcheck", "false")
	}
	return faults
}

// ofForm: where a password is chosen it is "new-password" in every field, so that managers offer to make one; a known one stands
// alone or first.
func ofForm(form *html.Node) []string {
	var kinds []string
	for n := range form.Descendants() {
		if n.Type == html.ElementNode && n.Data == "input" && value(n, "type") == "password" {
			kinds = append(kinds, value(n, "autocomplete"))
		}
	}
	known := slices.Index(kinds, "current-password")
	if known > 0 || (len(kinds) > 1 && slices.Contains(kinds[1:], "current-password")) {
		return []string{fmt.Sprintf("the passwords of the form %s are %q: a known one comes first", value(form, "name"), kinds)}
	}
	return nil
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func value(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
