package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"portico/userpool"
	"portico/words"
)

// The language of a page: lang, then ui_locales, then the cookie that lang left, then Accept-Language, then the pool's.
func TestLanguageOfPages(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	spoken := func(address, accept string) string {
		t.Helper()
		request := newRequest(t, http.MethodGet, address, nil)
		request.Header.Set("Accept-Language", accept)
		return regexp.MustCompile(`<html[^>]* lang="([^"]*)"`).FindStringSubmatch(b.do(request).body)[1]
	}
	for _, step := range []struct{ name, address, accept, want string }{
		{"nothing wished", loginAt(acme), "", "en"},
		{"header", loginAt(acme), "pt-PT, en;q=0.5", "pt-BR"},
		{"lang", loginAt(acme, "lang", "ja"), "de", "ja"},
		{"the cookie of lang", loginAt(acme), "de", "ja"},
		{"ui_locales", loginAt(acme, "ui_locales", "fr-CA fr en"), "de", "fr"},
		{"ui_locales leaves no cookie", loginAt(acme), "de", "ja"},
		{"on any page", acme + userpool.PathSignUp + "?" + ask("lang", "he").Encode(), "de", "he"},
		{"an error page of the pool", acme + "/nothing", "de", "he"},
		{"/error", acme + userpool.PathError + "?error=expired", "de", "he"},
		{"from authorize on", authorizeAt(acme, "lang", "id"), "de", "id"},
		{"a language that is none", loginAt(acme, "lang", "tlh"), "de", "id"},
		{"another pool's cookie", loginAt(bravo, "client_id", bravoAppID), "de", "de"},
	} {
		if got := spoken(step.address, step.accept); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
	nowhere := newRequest(t, http.MethodGet, "https://nowhere.example/login", nil)
	nowhere.Header.Set("Accept-Language", "ko")
	if p := read(t, r.serve(nowhere)); !strings.Contains(p.body, "여기에는 로그인 페이지가 없습니다") {
		t.Errorf("at a host of no pool: %s", p.body)
	}
}

// The choice keeps the request, names every language in itself, and stands only where the page can be asked for again.
func TestLanguageChoice(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	p := b.get(loginAt(acme, "lang", "de", "login_hint", "ada@acme.example"))
	form := p.body[strings.Index(p.body, `<form method="get" action="/login">`):]
	form = form[:strings.Index(form, "</form>")]
	for _, want := range []string{`name="state" value="st/ate=1&amp;x"`, `name="client_id" value="acmenotes"`, `name="login_hint" value="ada@acme.example"`, "日本語", `aria-current="true" class="link alone" lang="de" name="lang" value="de"><bdi>Deutsch`} {
		if !strings.Contains(form, want) {
			t.Errorf("the choice lacks %s:\n%s", want, form)
		}
	}
	if strings.Contains(form, `type="hidden" name="lang"`) {
		t.Error("the language of before is sent along with the new one")
	}
	if p := b.get(acme + userpool.PathIDPResponse + "?state=x"); strings.Contains(p.body, `class="languages"`) && p.Request.URL.Path != userpool.PathError {
		t.Error("an answer of a provider is offered again in other languages")
	}
}

// An e-mail speaks the language of the page that caused it, the code included, also when it is sent after the page.
func TestLanguageOfEmails(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	forgot := acme + userpool.PathForgot + "?" + ask("lang", "ar").Encode()
	b.get(forgot)
	before := r.inbox.Count()
	b.post(forgot, url.Values{"username": {adaName}, "_csrf": {b.csrf(acme)}})
	r.waitForMail(t, before)
	m := r.inbox.Messages()[0]
	if m.Subject != "أعد تعيين كلمة المرور" || !strings.Contains(m.HTML, `<html lang="ar" dir="rtl">`) || !strings.Contains(m.HTML, `<p dir="ltr" style=`) {
		t.Errorf("%q: %s", m.Subject, m.HTML)
	}
}

// No page and no e-mail says anything that the catalogue does not hold: its letters here are all of full width, so a letter
// of ordinary width came from somewhere else.
func TestPagesSayOnlyWhatTheCatalogueHolds(t *testing.T) {
	r := newRig(t)
	r.words = wideBook(t)
	r.restart(t)
	b := r.tab(t)
	check := func(p page) page {
		t.Helper()
		for _, text := range spokenTexts(t, p.body) {
			if found := ordinary.FindString(fromElsewhere.Replace(text)); found != "" {
				t.Errorf("%s %s: %q is in no catalogue (in %q)", p.Request.Method, p.Request.URL.Path, found, text)
			}
		}
		return p
	}
	at := func(path string, changes ...string) string { return acme + path + "?" + ask(changes...).Encode() }
	post := func(address string, form ...string) page {
		t.Helper()
		values := url.Values{"_csrf": {b.csrf(acme)}}
		for i := 0; i < len(form); i += 2 {
			values.Set(form[i], form[i+1])
		}
		return check(b.post(address, values))
	}
	check(b.get(at(userpool.PathLogin)))
	for range 7 {
		post(at(userpool.PathLogin), "username", adaName, "password", "wrong") // until it is locked
	}
	post(at(userpool.PathLogin), "_csrf", "forged")
	check(b.get(at(userpool.PathSignUp)))
	post(at(userpool.PathSignUp), "username", "new@acme.example", "password", "short")
	post(at(userpool.PathSignUp), "username", "nobody", "password", "Doorway-Lantern-9")
	post(at(userpool.PathSignUp), "username", adaName, "password", "Doorway-Lantern-9")
	post(at(userpool.PathSignUp), "username", "new@acme.example", "password", "Doorway-Lantern-9")
	post(at(userpool.PathConfirm), "code", "000000")
	post(at(userpool.PathResend))
	check(b.get(at(userpool.PathForgot)))
	post(at(userpool.PathForgot), "username", " ")
	before := r.inbox.Count()
	post(at(userpool.PathForgot), "username", benName)
	post(at(userpool.PathConfirmForgot), "code", "1", "password", "a", "confirmPassword", "b")
	post(at(userpool.PathConfirmForgot), "code", "1", "password", "a", "confirmPassword", "a")
	post(at(userpool.PathConfirmForgot), "code", "000000", "password", "Doorway-Lantern-9")
	for _, code := range []string{
		"client_not_found", "redirect_mismatch", "invalid_request", "Client is not enabled for OAuth2.0 flows", "Invalid state",
		"Invalid relayState from identity provider", "expired", "Required String parameter 'client_id' is not present", "x",
	} {
		check(b.get(acme + userpool.PathError + "?" + url.Values{"error": {code}}.Encode()))
		check(b.get(acme + userpool.PathError + "?" + url.Values{"error": {code}, "client_id": {appID}}.Encode()))
	}
	check(b.get(authorizeAt(acme, "redirect_uri", "https://evil.example/")))
	check(b.get(acme + "/nothing"))
	check(b.get(acme + userpool.PathLogin + "?" + strings.Repeat("x", 20<<10)))
	check(b.get(acme + userpool.PathIDPResponse + "?state=x"))
	check(b.get(acme + userpool.PathLogout + "?client_id=" + appID))
	check(b.get(acme + userpool.PathEndSession + "?id_token_hint=x"))
	b.signIn(acme, benName, benPassword)
	check(b.get(acme + userpool.PathSignOut))
	post(acme + userpool.PathSignOut)
	check(b.get(acme + userpool.PathSignOut))

	r.waitForMail(t, before)
	for _, m := range r.inbox.Messages() {
		if found := ordinary.FindString(fromElsewhere.Replace(m.Subject + m.Text)); found != "" {
			t.Errorf("an e-mail says %q: %s", found, m.Text)
		}
	}
}

var (
	ordinary = regexp.MustCompile(`[A-Za-z]+`)
	// fromElsewhere are the values in those pages.
	fromElsewhere = strings.NewReplacer("Acme Notes", "", "Harbor", "", "Quay", "", "Northwind", "", adaName, "", benName, "", "n•••@a•••.example", "", "new@acme.example", "", "client_id", "", "response_type", "", "redirect_uri", "")
)

// wideBook gives Acme an English whose letters are of full width.
func wideBook(t *testing.T) words.Book {
	t.Helper()
	source, err := words.Source(words.Default)
	if err != nil {
		t.Fatal(err)
	}
	place := false
	wide := func(r rune) rune {
		if r == '{' || r == '}' {
			place = r == '{'
		}
		if !place && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r + 0xFEE0
		}
		return r
	}
	var b strings.Builder
	for line := range strings.Lines(string(source)) {
		if key, text, found := strings.Cut(line, " = "); found && key[0] != '#' {
			b.WriteString(key + " = " + strings.Map(wide, text))
		}
	}
	own, faults := words.ParseOwn(words.Default, []byte(b.String()))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return words.NewBook(map[string]map[string]words.Own{acmePool: {words.Default: own}})
}

// spokenTexts are the texts of a page, but for the names of languages and what developers read.
func spokenTexts(t *testing.T, body string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "class" && a.Val == "languages" || a.Key == "aria-hidden" { // icons, and the initial of a name
				return
			}
			if a.Key == "data-busy" || a.Key == "aria-label" || a.Key == "value" && n.Data == "button" {
				list = append(list, a.Val)
			}
		}
		if n.Data == "dd" || n.Data == "script" {
			return
		}
		if n.Type == html.TextNode {
			list = append(list, n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(root)
	return list
}
