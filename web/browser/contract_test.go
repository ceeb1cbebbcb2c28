//go:build system

package browser_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	chromium "portico/internal/browser"
	"portico/static"
	"portico/templates"
	"portico/userpool/branding"
	"portico/web/browser"
)

var update = flag.Bool("update", false, "rewrite the golden file of computed styles")

// effect is one promise of docs/branding.md: what a token or a setting changes, and where it shows.
type effect struct{ token, page, selector, property string }

// tokens are the custom properties of the contract, each with a place where it shows.
func tokens() []effect {
	return []effect{
		{"ground", "signin", "html", "background-color"}, {"arch1", "signin", "body::before", "background-color"}, {"arch2", "signin", "body::after", "background-color"},
		{"surface", "signin", ".card", "background-color"}, {"sunken", "error", ".reference", "background-color"}, {"line", "error", ".reference", "border-top-color"},
		{"line2", "signin", ".provider", "border-top-color"}, {"edge", "signin", "#signInFormUsername", "border-top-color"},
		{"ink", "signin", "html", "color"}, {"ink2", "signin", ".heading p", "color"}, {"ink3", "signin", ".or", "color"},
		{"accent", "signin", ".primary", "background-color"}, {"on-accent", "signin", ".primary", "color"},
		{"link", "signin", ".after a", "color"}, {"focus", "signin", "#signInFormUsername", "outline-color"}, {"tint", "code", ".sign", "background-color"},
		{"danger", "code", ".problem", "color"}, {"danger-tint", "signin", ".notice", "background-color"}, {"danger-line", "signin", ".notice", "border-top-color"},
		{"success", "good", ".notice .i", "color"}, {"success-tint", "good", ".notice", "background-color"}, {"success-line", "good", ".notice", "border-top-color"},
		{"warn", "care", ".notice .i", "color"}, {"warn-tint", "care", ".notice", "background-color"}, {"warn-line", "care", ".notice", "border-top-color"},
		{"radius", "signin", ".btn", "border-top-left-radius"}, {"radius-card", "signin", ".card", "border-top-left-radius"},
		{"radius-notice", "signin", ".notice", "border-top-left-radius"}, {"radius-panel", "signin", ".languages form", "border-top-left-radius"},
	}
}

// settings are what managed login changes beside the tokens.
func settings() []effect {
	return []effect{
		{"heading", "signin", "h1", "color"}, {"label", "signin", ".field > label", "color"}, {"hint", "hint", ".hint", "color"},
		{"field", "signin", "#signInFormUsername", "background-color"}, {"field radius", "signin", "#signInFormUsername", "border-top-left-radius"},
		{"typed", "signin", "#signInFormUsername", "color"}, {"card edge", "signin", ".card", "border-top-color"},
		{"provider", "signin", ".provider", "background-color"}, {"provider text", "signin", ".provider", "color"}, {"provider edge", "signin", ".provider", "border-top-color"},
		{"provider mark", "signin", ".provider > :first-child", "visibility"},
		{"secondary", "signedout", ".btn", "background-color"}, {"secondary text", "signedout", ".btn", "color"}, {"secondary edge", "signedout", ".btn", "border-top-color"},
		{"menu", "signin", ".languages form", "background-color"}, {"menu text", "signin", ".languages button", "color"},
		{"bar", "signin", ".page-bar", "background-color"}, {"bar edge", "signin", ".page-bar", "border-bottom-color"},
		{"foot", "signin", ".foot", "background-color"}, {"foot text", "signin", ".foot > a", "color"},
		{"place", "signin", ".card", "justify-self"}, {"height", "signin", ".card", "align-self"}, {"density", "signin", ".rows", "row-gap"},
		{"control", "signin", ".primary", "min-height"}, {"logo place", "signin", ".lockup", "justify-content"}, {"logo width", "signin", ".logo", "width"},
		{"rule ahead", "signup", ".rules li:not(.met, .missing) .i", "color"}, {"rule met", "signup", ".met .i", "color"},
	}
}

// pages are those that tokens show on, in a look.
func pages(frame templates.Frame) map[string]templ.Component {
	email := templates.Field{Name: "username", Label: "Email"}
	signIn := func(notice templates.Notice) templ.Component {
		return templates.SignIn(templates.SignInView{
			Frame: frame, Password: true, Username: email, SignUpHref: "/signup", ForgotHref: "/forgot", Notice: &notice,
			Providers: []templates.ProviderButton{{Name: "Northwind", Href: "/northwind"}},
		})
	}
	return map[string]templ.Component{
		"signin": signIn(templates.Notice{Kind: templates.Bad, First: "Incorrect username or password."}),
		"good":   signIn(templates.Notice{Kind: templates.Good, First: "Your password is changed."}),
		"care":   signIn(templates.Notice{Kind: templates.Care, First: "Only go on if you started this."}),
		"code":   templates.Confirm(templates.ConfirmView{Frame: frame, Masked: "i•••@a•••.example", Problem: "Invalid verification code provided, please try again."}),
		"error":  templates.Error(templates.ErrorView{Frame: frame, Heading: "This sign-in has expired", Text: "Nothing has changed."}),
		"hint":   templates.Forgot(templates.ForgotView{Frame: frame, Username: templates.Field{Label: "Email", Hint: "The one you signed up with."}}),
		"signup": templates.SignUp(templates.SignUpView{Frame: frame, Fields: []templates.Field{email}, Rules: []templates.Rule{
			{Text: "A number", Kind: "number", State: templates.Met}, {Text: "A symbol", Kind: "symbol"},
		}}),
		"signedout": templates.SignedOut(templates.SignedOutView{Frame: frame, SignInHref: "/login"}),
	}
}

// wardrobe serves pages in a look; nil is Portico's own.
func wardrobe(t *testing.T, brand *branding.Brand) string {
	t.Helper()
	files, mux := static.New(), http.NewServeMux()
	frame := templates.Frame{
		App: "Fjordline", Stylesheet: files.Path("portico.css"), Reference: "7F3K-9QWM", Links: []templates.Link{{Text: "Help", Href: "/help"}},
		Languages: &templates.LanguageChoice{Action: "/", List: []templates.LanguageOption{{Code: "en", Name: "English"}, {Code: "de", Name: "Deutsch"}}},
	}
	mux.Handle("GET /static/", files)
	if brand != nil {
		browser.Dress(&frame, brand, "/brand/sheet.css")
		sheet := browser.Sheet(files, brand)
		mux.HandleFunc("GET /brand/sheet.css", func(w http.ResponseWriter, r *http.Request) { sheet.Send(w, r) })
		for _, p := range brand.Pictures {
			document := static.NewDocument(p.MediaType, p.Bytes)
			mux.HandleFunc("GET /brand/"+p.Name, func(w http.ResponseWriter, r *http.Request) { document.Send(w, r) })
		}
	}
	for name, page := range pages(frame) {
		var source strings.Builder
		if err := page.Render(context.Background(), &source); err != nil {
			t.Fatal(err)
		}
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", browser.Policy())
			fmt.Fprint(w, source.String())
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// fjordline sets everything that managed login can set, each to a value of its own.
func fjordline(t *testing.T) *branding.Brand {
	t.Helper()
	document, err := os.ReadFile("testdata/fjordline.json")
	if err != nil {
		t.Fatal(err)
	}
	brand, report := branding.CompileManaged(document, []branding.Asset{
		{Category: "FORM_LOGO", ColorMode: "DYNAMIC", Extension: "SVG", Bytes: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40"><path d="M0 40L40 0l40 40z" fill="#17384b"/></svg>`)},
	}, "/brand/")
	if brand == nil {
		t.Fatal(report.Faults)
	}
	for _, w := range report.Warnings {
		if strings.Contains(w.Message, "contrast") {
			t.Error(w)
		}
	}
	return brand
}

// Every token of docs/branding.md has an effect where the contract says. A sheet that no longer reads one breaks somebody's brand.
func TestEveryTokenHasItsEffect(t *testing.T) {
	address, p := wardrobe(t, nil), chromium.Start(t)
	for _, e := range tokens() {
		p.Open(address + "/" + e.page)
		if e.token == "focus" {
			p.Click(e.selector)
		}
		value := "rgb(1, 2, 3)"
		if strings.HasPrefix(e.token, "radius") {
			value = "13px"
		}
		if before := p.Style(e.selector, e.property); before == value || before == "" {
			t.Errorf("%s: %s of %s on %s is %q without it", e.token, e.property, e.selector, e.page, before)
		}
		p.SetToken("--"+e.token, value)
		if got := p.Style(e.selector, e.property); got != value {
			t.Errorf("--%s has no effect: %s of %s on %s is %s", e.token, e.property, e.selector, e.page, got)
		}
	}
}

// Tokens of what is under the pointer or pressed are read by the rules of those states.
func TestEveryTokenOfAStateIsRead(t *testing.T) {
	sheet := string(static.New().Read("portico.css"))
	for _, rule := range []string{
		`\.primary:hover \{[^}]*background: var\(--accent-hover\)`, `\.primary:active \{[^}]*background: var\(--accent-active\)`, `:hover \{[^}]*color: var\(--link-hover\)`,
	} {
		if !regexp.MustCompile(rule).MatchString(sheet) {
			t.Errorf("no rule %s", rule)
		}
	}
}

// The contract names every token of the palette.
func TestContractIsWhole(t *testing.T) {
	states := map[branding.Token]bool{branding.AccentHover: true, branding.AccentActive: true, branding.LinkHover: true}
	held := map[branding.Token]bool{}
	for _, e := range tokens() {
		held[branding.Token(e.token)] = true
	}
	doc, err := os.ReadFile("../../docs/branding.md")
	if err != nil {
		t.Fatal(err)
	}
	for token := range branding.Own(false) {
		if !held[token] && !states[token] {
			t.Errorf("no effect of --%s is held", token)
		}
		if !strings.Contains(string(doc), "`"+string(token)+"`") {
			t.Errorf("docs/branding.md does not name %s", token)
		}
	}
}

// A pool that sets everything looks as it looked in the release before: on a desk and a phone, in light and in dark.
func TestBrandedPoolLooksAsBefore(t *testing.T) {
	address, p := wardrobe(t, fjordline(t)), chromium.Start(t)
	var got strings.Builder
	for _, look := range []struct {
		name string
		set  func()
	}{{"desk, light", func() { p.Desk(); p.Light() }}, {"desk, dark", p.Dark}, {"phone, dark", p.Phone}, {"phone, light", p.Light}} {
		look.set()
		fmt.Fprintf(&got, "# %s\n", look.name)
		open := ""
		for _, e := range append(tokens(), settings()...) {
			if e.page != open {
				p.Open(address + "/" + e.page)
				open = e.page
			}
			if e.token == "focus" {
				p.Click(e.selector)
			}
			fmt.Fprintf(&got, "%s: %s of %s on %s is %s\n", e.token, e.property, e.selector, e.page, p.Style(e.selector, e.property))
		}
		p.Open(address + "/signin")
		p.Shot("branded, " + look.name)
	}
	const file = "testdata/fjordline.golden"
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("differs from %s (-want +got); run with -update if it should, and say so in CHANGELOG.md:\n%s", file, diff)
	}
	for _, complaint := range p.Complaints() {
		t.Error(complaint)
	}
}
