package templates

import (
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"

	"portico/words"
)

// title names the tab. A page that reports a fault says so first, because the
// title is the first thing a screen reader speaks after a form comes back.
func title(f Frame, page string, n *Notice, problems ...string) string {
	t := page
	if f.App != "" {
		t = f.Words.Say("title.page", "page", page, "app", f.App)
	}
	if (n != nil && n.Kind == Bad) || strings.Join(problems, "") != "" {
		t = f.Words.Say("title.error", "title", t)
	}
	return t
}

// named is the text that names something, or the one that does without where
// there is no name: key and key.unnamed.
func named(w words.Words, key, place, name string) string {
	if name == "" {
		return w.Say(key + ".unnamed")
	}
	return w.Say(key, place, name)
}

// run is a stretch of a sentence that is drawn in one way.
type run struct {
	Text string
	Href string // a link
	Bold bool
	LTR  bool // an address: left to right in every language
	Own  bool // of whatever direction it is itself
}

// runs are a text of the catalogue whose places are drawn, not filled.
func runs(w words.Words, key string, places map[string]run, with ...string) []run {
	var list []run
	for _, part := range w.Parts(key, with...) {
		r := run{Text: part.Text}
		if part.Place != "" {
			r = places[part.Place]
		}
		list = append(list, r)
	}
	return list
}

// namedRuns are the runs of a text around an address in bold letters, or of
// the text that does without.
func namedRuns(w words.Words, key, place, address string, with ...string) []run {
	if address == "" {
		return runs(w, key+".unnamed", nil, with...)
	}
	return runs(w, key, map[string]run{place: {Text: address, Bold: true, LTR: true}}, with...)
}

// initial is the letter on an app's tile and on a provider without a picture.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "•"
}

// hostOf gives the host a person will see in the address bar next.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func mediumHeading(w words.Words, m Medium) string {
	switch m {
	case MediumPhone:
		return w.Say("confirm.heading.phone")
	case MediumEither:
		return w.Say("confirm.heading.either")
	}
	return w.Say("confirm.heading.email")
}

func nothingYet(w words.Words, m Medium) string {
	switch m {
	case MediumPhone:
		return w.Say("confirm.nothing.phone")
	case MediumEither:
		return w.Say("confirm.nothing.either")
	}
	return w.Say("confirm.nothing.email")
}

// worksFor says how long a code works, as a sentence that follows another.
func worksFor(w words.Words, d time.Duration) string {
	if d <= 0 {
		return ""
	}
	sentence := w.Duration("valid", d)
	if w.Language().Tight {
		return sentence
	}
	return " " + sentence
}

// codeNotice says that a new code went out, unless there is something more
// important to say.
func codeNotice(w words.Words, n *Notice, sentAgain bool) *Notice {
	if n != nil || !sentAgain {
		return n
	}
	return &Notice{Kind: Good, First: w.Say("resend.sent.first"), Then: w.Say("resend.sent.then")}
}

func nobodyCanSignIn(w words.Words) *Notice {
	return &Notice{Kind: Care, First: w.Say("signin.none.first"), Then: w.Say("signin.none.then")}
}

func forgotText(w words.Words, username Field) string {
	switch username.Type {
	case "email":
		return w.Say("forgot.text.email")
	case "tel":
		return w.Say("forgot.text.phone")
	}
	return w.Say("forgot.text.username")
}

// errorHeading never leaves a page without one: an unnamed fault is ours.
func errorHeading(v ErrorView) string {
	if v.Heading == "" {
		return v.Words.Say("error.fault.heading")
	}
	return v.Heading
}

// waitAttributes hold the sentence about waiting in every plural form of the
// language, for the script that counts down.
func waitAttributes(w words.Words, seconds string) templ.Attributes {
	a := templ.Attributes{"class": "wait", "data-wait": seconds}
	for form, text := range w.Forms("resend.wait") {
		a["data-"+form] = text
	}
	return a
}

func digitsOf(digits int) int {
	if digits <= 0 {
		return 6
	}
	return digits
}

// supportRuns name whom to write to, as a link where that is an e-mail or web
// address.
func supportRuns(w words.Words, whom string, withReference bool) []run {
	r := run{Text: whom, Own: true}
	switch {
	case isMailAddress(whom):
		r = run{Text: whom, Href: "mailto:" + whom, LTR: true}
	case strings.HasPrefix(whom, "https://"):
		r = run{Text: strings.TrimSuffix(strings.TrimPrefix(whom, "https://"), "/"), Href: whom, LTR: true}
	}
	key := "error.support.plain"
	if withReference {
		key = "error.support"
	}
	return runs(w, key, map[string]run{"whom": r})
}

// isMailAddress reports whether s may be offered as a mailto link. The support
// address is a setting, but a setting with spaces or a query is only text.
func isMailAddress(s string) bool {
	local, host, found := strings.Cut(s, "@")
	return found && local != "" && host != "" && !strings.ContainsAny(s, " \t\r\n?&#:/\\<>\"'%")
}

func ruleWord(w words.Words, r Rule) string {
	switch r.State {
	case Met:
		return w.Say("rule.met")
	case Missing:
		return w.Say("rule.missing")
	default:
		return ""
	}
}

// consentRuns link what a person agrees to by signing up.
func consentRuns(v SignUpView) []run {
	places := map[string]run{
		"terms":   {Text: v.Words.Say("signup.terms"), Href: v.TermsHref},
		"privacy": {Text: v.Words.Say("signup.privacy"), Href: v.PrivacyHref},
	}
	switch {
	case v.TermsHref == "":
		return runs(v.Words, "signup.consent.privacy", places)
	case v.PrivacyHref == "":
		return runs(v.Words, "signup.consent.terms", places)
	}
	return runs(v.Words, "signup.consent.both", places)
}

// resetRuns say that a code is on its way, if there is an account: in the same
// words whether or not there is.
func resetRuns(v ResetView) []run {
	if v.Typed == "" {
		return runs(v.Words, "reset.text.unnamed", nil)
	}
	return runs(v.Words, "reset.text", map[string]run{"typed": {Text: v.Typed, Bold: true, Own: true}})
}

func proveRuns(v ProveView) []run {
	places := map[string]run{"address": {Text: v.Masked, Bold: true, LTR: true}}
	if v.App == "" {
		return runs(v.Words, "prove.text.unnamed", places, "provider", v.Provider)
	}
	return runs(v.Words, "prove.text", places, "provider", v.Provider, "app", v.App)
}
