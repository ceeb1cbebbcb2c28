//go:build system

package templates

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"portico/internal/browser"
)

// policy is as strict as the pages were promised to bear.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// site serves every page of the tests under its name. POST /sent answers with
// what was sent, POST /nothing with no page at all, so that the one before stays.
func site(t *testing.T, more ...page) (address string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServer(http.Dir("../static"))))
	for _, p := range append(allPages(), more...) {
		source := render(t, p)
		mux.HandleFunc("GET /"+p.name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, source)
		})
	}
	mux.HandleFunc("POST /nothing", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("POST /sent", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<title>sent</title><p id=sent>%s", r.PostFormValue("SAMLRequest"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestScriptShowsAPassword(t *testing.T) {
	address := site(t)
	p := browser.Start(t)
	p.Open(address + "/signin")
	p.Fill("#signInFormPassword", "doorway")
	p.Click(".show")
	p.WaitFor("#signInFormPassword[type=text]")
	p.WaitFor(".show[aria-pressed=true]")
	if got := p.Text(".show span"); got != "Hide" {
		t.Errorf("the button says %q", got)
	}
	p.Click(".show")
	p.WaitFor("#signInFormPassword[type=password]")
}

func TestScriptTicksPasswordRules(t *testing.T) {
	address := site(t)
	p := browser.Start(t)
	p.Open(address + "/signup")
	p.Fill("#signUpPassword", "doorwaylantern")
	p.WaitFor(".met[data-kind=lower]")
	p.WaitFor(".met[data-kind=length]")
	if p.Has(".met[data-kind=number]") || p.Has(".missing") {
		t.Error("a rule that is not met is marked")
	}
	p.Fill("#signUpPassword", "Doorway-Lantern-7")
	p.WaitFor(".met[data-kind=number]")
	p.WaitFor(".met[data-kind=upper]")
	if got := p.Text(".rules li:last-child"); !strings.Contains(got, ": done") {
		t.Errorf("a met rule reads %q", got)
	}
}

func TestScriptMarksAButtonBusy(t *testing.T) {
	v := signIn()
	v.Action = "/nothing"
	address := site(t, page{"busy", SignIn(v), ""})
	p := browser.Start(t)
	p.Open(address + "/busy")
	p.Fill("#signInFormUsername", "ines@acme.example")
	p.Fill("#signInFormPassword", "doorway")
	p.Click(".primary")
	p.WaitFor(".primary[aria-busy=true][aria-disabled=true]:not([disabled])")
	if got := p.Text(".primary"); got != "Signing in…" {
		t.Errorf("the busy button says %q", got)
	}
}

func TestScriptCopies(t *testing.T) {
	address := site(t)
	p := browser.Start(t)
	p.Open(address + "/error_expired")
	p.Click("[data-copy]")
	p.WaitText("[data-copy] span", "Copied")
	if !p.Has("#say:not(:empty)") {
		t.Error("nothing was announced")
	}
}

func TestScriptOffersANewCodeAfterTheWait(t *testing.T) {
	v := confirm()
	v.WaitSeconds = 1
	address := site(t, page{"waiting", Confirm(v), ""})
	p := browser.Start(t)
	p.Open(address + "/waiting")
	p.WaitFor(".tail form button")
	if !p.Has(".wait[hidden]") {
		t.Error("the sentence about waiting is still there")
	}
}

func TestScriptSendsTheFormForAProvider(t *testing.T) {
	v := PostFormView{Frame: frame(), Action: "/sent", ProviderName: "Northwind", Fields: []Hidden{{"SAMLRequest", "PHN"}}}
	address := site(t, page{"post", PostForm(v), ""})
	p := browser.Start(t)
	p.Open(address + "/post")
	p.WaitFor("#sent")
	if got := p.Text("#sent"); got != "PHN" {
		t.Errorf("sent %q", got)
	}

	p = browser.Start(t)
	p.WithoutScript()
	p.Open(address + "/post")
	p.Click(".primary")
	p.WaitFor("#sent")
}

// TestWithoutScriptNothingDeadIsDrawn: controls that need script are not there.
func TestWithoutScriptNothingDeadIsDrawn(t *testing.T) {
	address := site(t)
	p := browser.Start(t)
	p.WithoutScript()
	for _, name := range []string{"signin", "signup", "error_expired", "home", "inbox"} {
		p.Open(address + "/" + name)
		if got := p.Text("body"); strings.Contains(got, "Show") || strings.Contains(got, "Copy") {
			t.Errorf("%s: a control without a script: %s", name, got)
		}
	}
}
