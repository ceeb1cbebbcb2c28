//go:build system

package templates

import (
	"testing"

	"portico/internal/browser"
	"portico/words"
)

// inLanguage are pages as a person who reads a language sees them.
func inLanguage(code string) []page {
	w := words.Book{}.For("", code)
	f := frame()
	f.Words = w
	f.Links = []Link{{w.Say("footer.help"), "/help"}, {w.Say("footer.privacy"), "/privacy"}, {w.Say("footer.terms"), "/terms"}}
	f.Languages = &LanguageChoice{Action: "/" + code + "_signin", Fields: []Hidden{{"client_id", "4k2m"}}}
	for _, c := range words.Codes() {
		l, _ := words.Find(c)
		f.Languages.List = append(f.Languages.List, LanguageOption{l.Code, l.Name})
	}
	in := signInRefused()
	in.Frame, in.Username.Label = f, w.Say("label.email")
	in.Passkey = passkeyOf("/login", true)
	in.Notice = &Notice{Kind: Bad, First: w.Say("signin.incorrect.first"), Then: w.Say("signin.incorrect.then")}
	up := signUpRefused()
	up.Frame = f
	up.Fields[0].Label, up.Fields[1].Label, up.Fields[2].Label = w.Say("label.email"), w.Say("label.given_name"), w.Say("label.family_name")
	up.Fields[1].Problem, up.PasswordField.Problem = w.Said("This is needed."), w.Say("password.number")
	up.Rules = []Rule{
		{Text: w.Count("rule.length", 12), State: Met}, {Text: w.Say("rule.lower"), State: Met}, {Text: w.Say("rule.upper")},
		{Text: w.Say("rule.number"), State: Missing}, {Text: w.Say("rule.symbol")},
	}
	code6 := confirmRefused()
	code6.Frame, code6.Problem = f, w.Say("code.mismatch")
	wrong := badCallback()
	wrong.Frame, wrong.Reference, wrong.Support = f, "K2VD-41XN", "help@acme.example"
	wrong.Heading, wrong.Text, wrong.Then = w.Say("error.callback.heading"), w.Say("error.callback.text", "app", f.App), w.Say("error.then.send", "app", f.App)
	return []page{
		{code + "_choose", Choose(chooseIn(w, f)), ""}, {code + "_onetime", OneTime(oneTimeIn(f)), ""},
		{code + "_addpasskey", AddPasskey(AddPasskeyView{Frame: f, Passkey: passkeyOf("/passkeys/add", false), NotNowHref: "/passkeys/add?skip=1"}), ""},
		{code + "_signin", SignIn(in), ""}, {code + "_signup", SignUp(up), ""}, {code + "_confirm", Confirm(code6), ""}, {code + "_error", Error(wrong), ""},
	}
}

func chooseIn(w words.Words, f Frame) ChooseView {
	v := choose()
	v.Frame = f
	v.Ways = []Way{
		{WayEmail, "EMAIL_OTP", w.Say("choose.email"), "", "i•••@a•••.example"},
		{WayPhone, "SMS_OTP", w.Say("choose.phone"), "", "+•••••••2290"},
		{WayPassword, "PASSWORD", w.Say("choose.password"), w.Say("choose.password.line", "app", f.App), ""},
	}
	return v
}

func oneTimeIn(f Frame) OneTimeView {
	v := oneTimeView()
	v.Frame = f
	return v
}

// In no language does anything stick out: on a desk, a phone, or at 400 % (WCAG 2.2, 1.4.10). Pictures: PORTICO_SHOTS.
func TestEveryLanguageFits(t *testing.T) {
	var pages []page
	for _, code := range words.Codes() {
		pages = append(pages, inLanguage(code)...)
	}
	address := site(t, pages...)
	p := browser.Start(t)
	for _, one := range pages {
		p.Desk()
		p.Open(address + "/" + one.name)
		for _, size := range []struct {
			name string
			set  func()
		}{{"narrow", p.Narrow}, {"phone", p.Phone}, {"desk", p.Desk}} {
			size.set()
			for _, what := range p.Overflowing() {
				t.Errorf("%s, %s: sticks out: %s", one.name, size.name, what)
			}
			if size.name != "narrow" {
				p.Shot("language-" + one.name + "-" + size.name)
			}
		}
	}
	if complaints := p.Complaints(); len(complaints) > 0 {
		t.Error(complaints)
	}
}

// The choice of a language works with the keyboard and without script, moves nothing, and keeps the request.
func TestLanguageIsChosenWithoutScript(t *testing.T) {
	address := site(t, append(inLanguage("en"), inLanguage("ar")...)...)
	p := browser.Start(t)
	p.WithoutScript()
	p.Open(address + "/en_signin")
	p.Click(".languages summary")
	p.WaitFor(".languages[open]")
	for _, what := range p.Overflowing() {
		t.Errorf("sticks out: %s", what)
	}
	p.Shot("language-choice-desk")
	p.Phone()
	p.Shot("language-choice-phone")
	p.Desk()
	p.Click(".languages button[value=ar]")
	at := p.WaitURL(address + "/en_signin?")
	if q := at.Query(); q.Get("lang") != "ar" || q.Get("client_id") != "4k2m" {
		t.Errorf("went to %s", at)
	}
}

// The seconds are counted in the plural forms of the language.
func TestScriptCountsInTheLanguage(t *testing.T) {
	v := confirm()
	v.Words, v.WaitSeconds = words.Book{}.For("", "ar"), 4
	address := site(t, page{"waiting_ar", Confirm(v), ""})
	p := browser.Start(t)
	p.Open(address + "/waiting_ar")
	p.WaitText(".wait", "3 ثوانٍ")
	p.WaitText(".wait", "ثانيتين")
	p.WaitText(".wait", "ثانية واحدة")
}
