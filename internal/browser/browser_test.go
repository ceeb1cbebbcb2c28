//go:build system

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const form = `<!doctype html><html lang=en><meta name=color-scheme content="light dark"><title>Form</title>
<p id=script>off</p><script>document.getElementById("script").textContent = "on"</script>
<form method=post action=/said><input name=word value=old><button>Say "it"</button></form>
<a href=/there>There</a>`

func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, form) })
	mux.HandleFunc("POST /said", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "word", Value: r.PostFormValue("word"), HttpOnly: true})
		http.Redirect(w, r, "/answer?word="+r.PostFormValue("word"), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /answer", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<title>Answer</title><p>%s</p>", r.FormValue("word"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestPage(t *testing.T) {
	server := site(t)
	t.Setenv(shotsVariable, t.TempDir())
	p := Start(t)
	p.Open(server.URL)
	if got := p.Text("#script"); got != "on" {
		t.Errorf("scripts are %q", got)
	}
	if !p.Has("form") || p.Has("table") {
		t.Error("Has does not see what is there")
	}
	p.Fill("input", "new")
	if got := p.Value("input"); got != "new" {
		t.Errorf("the field holds %q", got)
	}
	p.Dark()
	p.Shot("form/dark")
	p.ClickText(`Say "it"`)
	if got := p.WaitURL(server.URL + "/answer").Query().Get("word"); got != "new" {
		t.Errorf("the answer is about %q", got)
	}
	if p.Title() != "Answer" || p.Text("p") != "new" {
		t.Errorf("the page %q says %q", p.Title(), p.Text("p"))
	}
	if cookies := p.Cookies(); len(cookies) != 1 || cookies[0].Value != "new" {
		t.Errorf("cookies: %v", cookies)
	}
	picture, err := os.ReadFile(filepath.Join(os.Getenv(shotsVariable), "form-dark.png"))
	if err != nil || !strings.HasPrefix(string(picture), "\x89PNG") {
		t.Errorf("no picture: %v", err)
	}
}

func TestPageWithoutScript(t *testing.T) {
	server := site(t)
	p := Start(t)
	p.WithoutScript()
	p.Phone()
	p.Open(server.URL)
	if got := p.Text("#script"); got != "off" {
		t.Errorf("scripts are %q", got)
	}
	p.Fill("input", "quiet")
	p.Click("button")
	p.WaitURL(server.URL + "/answer")
	if got := p.Text("p"); got != "quiet" {
		t.Errorf("the page says %q", got)
	}
}

func TestComplaints(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		fmt.Fprint(w, "<p>quiet</p><script>document.body.remove()</script>")
	}))
	t.Cleanup(server.Close)
	p := Start(t)
	p.Open(server.URL)
	if p.Text("p") != "quiet" || len(p.Complaints()) != 1 {
		t.Errorf("a script that is forbidden: %q", p.Complaints())
	}
}

func TestTabTo(t *testing.T) {
	server := site(t)
	p := Start(t)
	p.Open(server.URL)
	p.TabTo("the field", func(f Focus) bool { return f.Tag == "input" && f.Name == "word" })
	p.Press("s")
	p.TabTo("the button", func(f Focus) bool { return f.Text == `Say "it"` })
	p.Press("\r")
	p.WaitText("p", "s")
}

func TestIgnoreCertificates(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<p>locked</p>")
	}))
	t.Cleanup(server.Close)
	p := Start(t, IgnoreCertificates)
	p.Open(server.URL)
	if got := p.Text("p"); got != "locked" {
		t.Errorf("the page says %q", got)
	}
}
