package templates

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"portico/words"
)

// marked is English with every letter of every text in its full width, so that
// a letter that came from anywhere else is seen.
func marked(t *testing.T) words.Words {
	t.Helper()
	source, err := words.Source(words.Default)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(source)) {
		if key, text, found := strings.Cut(line, " = "); found && key[0] != '#' {
			b.WriteString(key + " = " + wide(text))
		}
	}
	own, faults := words.ParseOwn(words.Default, []byte(b.String()))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return words.NewBook(map[string]map[string]words.Own{"pool": {words.Default: own}}).For("pool", words.Default)
}

// wide leaves the places of a text as they are.
func wide(text string) string {
	place := false
	return strings.Map(func(r rune) rune {
		switch {
		case r == '{' || r == '}':
			place = r == '{'
		case !place && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
			return r + 0xFEE0
		}
		return r
	}, text)
}

// said are the texts of a page that people see or hear.
func said(d *document) []string {
	var list []string
	for _, n := range d.nodes {
		for _, a := range n.Attr {
			switch a.Key {
			case "aria-label", "title", "placeholder", "alt", "data-show", "data-hide", "data-met", "data-busy", "data-done", "data-one", "data-other":
				list = append(list, a.Val)
			case "data-sum":
				list = append(list, strings.NewReplacer("{met}", "", "{all}", "").Replace(a.Val))
			case "value":
				if n.Data == "button" && attr(n, "name") != "lang" {
					list = append(list, a.Val)
				}
			}
		}
		for c := range n.ChildNodes() {
			if c.Type == html.TextNode && n.Data != "script" && n.Data != "style" {
				list = append(list, c.Data)
			}
		}
	}
	return list
}

// Every word of a page comes from the catalogue or from its view: the views
// here hold no letter, so no letter of ordinary width may be drawn.
func TestNoTextIsHardCoded(t *testing.T) {
	w := marked(t)
	letters := regexp.MustCompile(`[A-Za-z]+`)
	own := strings.NewReplacer("English", "", "{n}", "") // the language's own name; a place for the script
	for _, p := range silentPages(w) {
		for _, text := range said(parse(t, p)) {
			if found := letters.FindString(own.Replace(text)); found != "" {
				t.Errorf("%s: %q is in no catalogue (in %q)", p.name, found, strings.TrimSpace(text))
			}
		}
	}
}

// silentPages are the entry pages with everything they can say, fed with views
// without a letter.
func silentPages(w words.Words) []page {
	f := Frame{
		Words: w, App: "7", Reference: "77", Links: []Link{{"7", "/7"}},
		Languages: &LanguageChoice{Action: "/7", List: []LanguageOption{{Code: words.Default, Name: "7"}}},
	}
	bare := Frame{Words: w}
	link := &Link{"7", "/7"}
	five := []ProviderButton{{"7", "/7", 0}, {"7", "/7", 0}, {"7", "/7", 0}, {"7", "/7", 0}, {"7", "/7", 0}}
	rules := []Rule{{Text: "7", State: Met}, {Text: "7", State: Missing}, {Text: "7"}}
	some := []Field{{Name: "a", Label: "7", Optional: true, Hint: "7", Problem: "7"}}
	at := "https://7.7/7"
	return []page{
		{"sign in", SignIn(SignInView{Frame: f, Password: true, Providers: five, PasswordProblem: "7", SignUpHref: "/7", ForgotHref: "/7", Notice: &Notice{Bad, "7", "7", link, "7"}}), ""},
		{"nobody can sign in", SignIn(SignInView{Frame: bare, SignUpHref: "/7"}), ""},
		{"identifier", Identifier(IdentifierView{Frame: f, Providers: five, SignUpHref: "/7"}), ""},
		{"sign up", SignUp(SignUpView{Frame: f, SignInHref: "/7", Providers: five, Fields: some, Rules: rules, TermsHref: "/7", PrivacyHref: "/7"}), ""},
		{"sign up, terms", SignUp(SignUpView{Frame: f, TermsHref: "/7"}), ""},
		{"sign up, privacy", SignUp(SignUpView{Frame: f, PrivacyHref: "/7"}), ""},
		{"confirm", Confirm(ConfirmView{Frame: f, Masked: "7", ValidFor: 24 * time.Hour, ResendAction: "/7", WaitSeconds: 30, SentAgain: true}), ""},
		{"confirm, bare", Confirm(ConfirmView{Frame: bare, Medium: MediumPhone, ResendAction: "/7", ValidFor: time.Minute}), ""},
		{"forgot", Forgot(ForgotView{Frame: f, SignInHref: "/7"}), ""},
		{"forgot, email", Forgot(ForgotView{Frame: f, Username: Field{Type: "email"}}), ""},
		{"forgot, phone", Forgot(ForgotView{Frame: f, Username: Field{Type: "tel"}}), ""},
		{"reset", Reset(ResetView{Frame: f, Typed: "7", SignInHref: "/7", Rules: rules, AgainField: &Field{}, ResendAction: "/7"}), ""},
		{"reset, bare", Reset(ResetView{Frame: bare, Medium: MediumPhone}), ""},
		{"new password", NewPassword(NewPasswordView{Frame: f, Rules: rules, Fields: some, Notice: &Notice{Bad, "7", "7", link, "7"}}), ""},
		{"error", Error(ErrorView{Frame: f, Heading: "7", Text: "7", Then: "7", Button: link, Support: "7", Details: []Detail{{"7", "7"}}, TraceHref: "/7"}), ""},
		{"error, bare", Error(ErrorView{Frame: bare, Support: "7@7"}), ""},
		{"signed out", SignedOut(SignedOutView{Frame: f, SignInHref: "/7", Provider: "7"}), ""},
		{"sign out", SignOut(SignOutView{Frame: f}), ""},
		{"sign out, bare", SignOut(SignOutView{Frame: bare}), ""},
		{"to a provider", PostForm(PostFormView{Frame: f, Action: at, ProviderName: "7"}), ""},
		{"to a provider, bare", PostForm(PostFormView{Frame: bare}), ""},
		{"to the app", ReturnForm(ReturnFormView{Frame: f, Action: at}), ""},
		{"to the app, bare", ReturnForm(ReturnFormView{Frame: bare}), ""},
		{"link", ConfirmLink(ConfirmLinkView{Frame: f, ResendAction: "/7", SignInHref: "/7", Masked: "7", ValidFor: 7 * time.Hour, SentAgain: true}), ""},
		{"link, bare", ConfirmLink(ConfirmLinkView{Frame: bare, ResendAction: "/7", SignInHref: "/7", WaitSeconds: 7}), ""},
		{"confirm by link", ConfirmUser(ConfirmUserView{Frame: f}), ""},
		{"confirmed by link", ConfirmUser(ConfirmUserView{Frame: bare, Done: true}), ""},
		{"prove", Prove(ProveView{Frame: f, Provider: "7", Masked: "7", ForgotHref: "/7"}), ""},
		{"prove, bare", Prove(ProveView{Frame: bare, Provider: "7", Masked: "7"}), ""},
	}
}

// The root says which language a page is in, and in which direction it is read.
func TestRootSaysLanguageAndDirection(t *testing.T) {
	for _, code := range words.Codes() {
		l, _ := words.Find(code)
		v := signIn()
		v.Words = words.Book{}.For("", code)
		root := parse(t, page{code, SignIn(v), ""}).all("html")[0]
		want := ""
		if l.RTL {
			want = "rtl"
		}
		if attr(root, "lang") != code || attr(root, "dir") != want {
			t.Errorf("%s: lang=%q dir=%q", code, attr(root, "lang"), attr(root, "dir"))
		}
	}
	hosted := hostedTrace()
	hosted.Words = words.Book{}.For("", "ar")
	root := parse(t, page{"trace", Trace(hosted), ""}).all("html")[0]
	if attr(root, "lang") != "en" || has(root, "dir") {
		t.Error("a page in English says that it is in Arabic")
	}
}

// Addresses, codes and references stay left to right in every language.
func TestCodesStayLeftToRight(t *testing.T) {
	arabic := words.Book{}.For("", "ar")
	c, e, s := confirm(), badCallback(), signIn()
	c.Words, e.Words, s.Words = arabic, arabic, arabic
	for _, p := range []struct {
		page
		element, id string
	}{
		{page{"confirm", Confirm(c), ""}, "b", ""}, {page{"confirm", Confirm(c), ""}, "div", "code d6"},
		{page{"error", Error(e), ""}, "dd", ""}, {page{"sign in", SignIn(s), ""}, "input", "signInFormUsername"},
	} {
		found := false
		for _, n := range parse(t, p.page).all(p.element) {
			if p.id == "" || attr(n, "id") == p.id || attr(n, "class") == p.id {
				found = found || attr(n, "dir") == "ltr"
			}
		}
		if !found {
			t.Errorf("%s: no %s %s that is left to right", p.name, p.element, p.id)
		}
	}
}
