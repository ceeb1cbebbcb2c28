//go:build system

package templates

import (
	"slices"
	"strings"
	"testing"

	"portico/internal/browser"
)

func axe(t *testing.T) browser.Axe {
	t.Helper()
	read, err := browser.ReadAxe("..")
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// accessiblePages are all but the hostile ones, which only an attack could
// draw, and the empty ones, which no program draws and which lack even a style
// sheet.
func accessiblePages() []page {
	return slices.DeleteFunc(allPages(), func(p page) bool {
		return strings.HasSuffix(p.name, "_hostile") || strings.HasSuffix(p.name, "_empty")
	})
}

// Every page keeps WCAG 2.2 at level AA as far as axe-core can see, on a desk
// and on a phone, in light and in dark; in a language with long words and in
// one from right to left, too.
func TestEveryPageIsAccessible(t *testing.T) {
	foreign := slices.Concat(inLanguage("de"), inLanguage("ar"))
	tool, address, p := axe(t), site(t, foreign...), browser.Start(t)
	judged := map[string]bool{}
	for _, one := range append(accessiblePages(), foreign...) {
		p.Open(address + "/" + one.name)
		for _, look := range looks(p) {
			look.set()
			for _, rule := range wantAccessible(t, one.name+", "+look.name, p.Audit(tool)) {
				judged[rule] = true
			}
		}
	}
	// A rule that never found anything to judge holds nothing.
	for _, rule := range []string{
		"autocomplete-valid", "button-name", "color-contrast", "document-title", "html-has-lang", "label",
		"landmark-one-main", "link-name", "meta-viewport", "page-has-heading-one", "region", "target-size",
	} {
		if !judged[rule] {
			t.Errorf("the rule %s judged nothing", rule)
		}
	}
}

// The list of languages lies over the card. It gives way to the focus, so that
// nobody types where they cannot see (2.4.11 Focus Not Obscured).
func TestLanguageListGivesWayToTheFocus(t *testing.T) {
	address, p := site(t, inLanguage("en")...), browser.Start(t)
	p.Open(address + "/en_signin")
	p.Click(".languages summary")
	p.WaitFor(".languages[open]")
	p.Click("#signInFormUsername")
	p.WaitFor(".languages:not([open])")
}

type look struct {
	name string
	set  func()
}

// looks are in an order in which little changes from one to the next.
func looks(p *browser.Page) []look {
	return []look{
		{"desk, light", func() { p.Desk(); p.Light() }}, {"desk, dark", p.Dark}, {"phone, dark", p.Phone}, {"phone, light", p.Light},
	}
}

// What a page becomes under somebody's hands is accessible as well.
func TestPageInUseIsAccessible(t *testing.T) {
	busy := signIn()
	busy.Action = "/nothing"
	tool, address, p := axe(t), site(t, append(inLanguage("ar"), page{"busy", SignIn(busy), ""})...), browser.Start(t)
	for _, use := range []struct {
		name, page string
		act        func()
	}{
		{"list of languages", "ar_signin", func() { p.Click(".languages summary"); p.WaitFor(".languages[open] form") }},
		{"more providers", "signin_many", func() { p.Click(".card summary"); p.WaitFor(".card details[open]") }},
		{"password shown", "signin", func() {
			p.Fill("#signInFormPassword", "doorway")
			p.Click(".show")
			p.WaitFor(".show[aria-pressed=true]")
		}},
		{"rules ticked", "signup", func() { p.Fill("#signUpPassword", "Doorway"); p.WaitFor(".met[data-kind=upper]") }},
		{"code typed", "confirm", func() { p.Fill("#verification_code", "4815") }},
		{"reference copied", "error_expired", func() { p.Click("[data-copy]"); p.WaitText("[data-copy] span", "Copied") }},
		{"button busy", "busy", func() {
			p.Fill("#signInFormUsername", "ines@acme.example")
			p.Fill("#signInFormPassword", "doorway")
			p.Click(".primary")
			p.WaitFor(".primary[aria-busy=true]")
		}},
	} {
		p.Desk()
		p.Light()
		p.Open(address + "/" + use.page)
		use.act()
		for _, look := range looks(p) {
			look.set()
			wantAccessible(t, use.name+", "+look.name, p.Audit(tool))
		}
	}
}

// wantAccessible gives the rules that judged something.
func wantAccessible(t *testing.T, where string, got browser.Audit) []string {
	t.Helper()
	for _, finding := range got.Violations {
		t.Errorf("%s: %v", where, finding)
	}
	for _, finding := range got.Undecided {
		if !decidedElsewhere(where, finding) {
			t.Errorf("%s: nobody has looked at: %v", where, finding)
		}
	}
	return got.Passed
}

// decidedElsewhere tells the contrasts that axe-core gives up on: digits over
// the marks for them, the count in a link that is underlined by a drawing, what
// stands beside the line of a trace or scrolls sideways on a phone, and what an
// open list lies over. Their colours are held by TestContrast in static.
func decidedElsewhere(where string, f browser.Finding) bool {
	digits := strings.Contains(f.Node, `autocomplete="one-time-code"`)
	count := strings.HasPrefix(f.Node, `<span class="count">`)
	trace := strings.HasPrefix(where, "trace") && strings.Contains(where, "phone")
	covered := strings.HasPrefix(where, "list of languages")
	if f.Rule == "frame-tested" { // letters are held by their own tests, and the pages in the workshop's preview by themselves
		return strings.HasPrefix(where, "branding") || strings.HasPrefix(where, "inbox")
	}
	return f.Rule == "color-contrast" && (digits || count || trace || covered)
}
