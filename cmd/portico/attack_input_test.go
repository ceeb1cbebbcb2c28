package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"portico/userpool"
	"portico/web"
)

// endpoints are the paths that are served, with their methods, GET before POST: all of them, so that no new page is left out.
func (r *rig) endpoints() map[string][]string {
	all := map[string][]string{}
	for _, pattern := range r.routes { // in order, so GET comes first
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{pool}", acmePool, "{$}", "", "/static/", "/static/portico.css").Replace(path)
		if method == http.MethodGet || method == http.MethodPost {
			all[path] = append(all[path], method)
		}
	}
	return all
}

// visited are the paths that a browser can be sent to by a link: pages, and what redirects.
func (r *rig) visited() []string {
	var paths []string
	for path, methods := range r.endpoints() {
		pooled := strings.Contains(path, acmePool)
		if methods[0] == http.MethodGet && !pooled && path != "/healthz" && !strings.HasSuffix(path, ".css") && path != userpool.PathBrand {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// calm expects an answer that is no fault of ours and shows nothing of our insides.
func (r *rig) calm(t *testing.T, request *http.Request) page {
	t.Helper()
	p := read(t, r.serve(request))
	if p.StatusCode >= http.StatusInternalServerError {
		t.Errorf("%s %s: status %d", request.Method, request.URL.Path, p.StatusCode)
	}
	for _, inside := range []string{"goroutine ", ".go:", "runtime error", "panic", "SELECT ", "sqlite", "portico/"} {
		if strings.Contains(p.body, inside) {
			t.Errorf("%s %s: the answer holds %q", request.Method, request.URL.Path, inside)
		}
	}
	return p
}

// Random and malformed input at every endpoint gives an answer of the 400s, never a stack trace, and nobody is signed in.
func TestMalformedEverything(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	b.get(loginAt(acme))
	for path, methods := range r.endpoints() {
		for _, method := range methods {
			t.Run(method+" "+path, func(t *testing.T) {
				dice := rand.New(rand.NewPCG(1, 2)) // the same every time
				for range 40 {
					request := newRequest(t, method, acme+path, nil)
					request.URL.RawQuery = noise(dice)
					if method == http.MethodPost {
						request.Body = io.NopCloser(strings.NewReader(noise(dice)))
						request.Header.Set("Content-Type", contentTypes()[dice.IntN(len(contentTypes()))])
					}
					if dice.IntN(2) == 0 {
						request.Header.Set("Authorization", []string{"Basic ", "Bearer ", "Digest ", "basic", ""}[dice.IntN(5)]+noise(dice))
					}
					cookies := csrfCookie + "=" + b.csrf(acme) + "; " + sessionCookie + "=" + noise(dice) + "; " + attemptCookie + "x=" + noise(dice)
					request.Header.Set("Cookie", cookies)
					p := r.calm(t, request)
					for _, c := range p.Cookies() {
						if c.Name == sessionCookie && c.MaxAge >= 0 {
							t.Errorf("somebody is signed in by %q", request.URL.RawQuery)
						}
					}
				}
			})
		}
	}
	if log := r.log.String(); strings.Contains(log, "panicked") || strings.Contains(log, "level=ERROR") {
		t.Error("the log tells of a fault of ours")
	}
}

func contentTypes() []string {
	return []string{
		"application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=\xff", "multipart/form-data; boundary=x",
		"multipart/form-data", "application/json", "text/plain", "application/x-amz-json-1.1", "", "/", "a/b; =",
	}
}

// noise is a text that looks like a query or a form now and then.
func noise(dice *rand.Rand) string {
	raw := make([]byte, dice.IntN(200))
	for i := range raw {
		raw[i] = byte(dice.IntN(256))
	}
	names := []string{
		"client_id", "redirect_uri", "response_type", "state", "code", "RelayState", "SAMLResponse", "username", "password", "_csrf",
		"grant_type", "refresh_token", "token", "scope", "resource", "response_mode", "id_token_hint", "post_logout_redirect_uri", "access_token", "prompt", "code_verifier", "error", "reference", "identity_provider",
	}
	switch dice.IntN(6) {
	case 0:
		return string(raw)
	case 1:
		return base64.StdEncoding.EncodeToString(raw)
	case 2:
		return "%" + url.QueryEscape(string(raw)) + "%zz;&&=&%"
	case 3:
		form := ask()
		form.Set(names[dice.IntN(len(names))], string(raw))
		return form.Encode()
	case 4:
		form := url.Values{}
		for _, name := range names {
			form.Add(name, string(raw[:dice.IntN(len(raw)+1)]))
		}
		return form.Encode()
	}
	return strings.Repeat(names[dice.IntN(len(names))]+"=a&", 1+dice.IntN(300))
}

// Known shapes of hostile SAML responses at an attempt that is good: entities, bombs, deep nesting, other encodings.
func TestMalformedSAMLResponse(t *testing.T) {
	r := newRig(t)
	b := r.tab(t)
	deep := strings.Repeat("<a>", 20000) + strings.Repeat("</a>", 20000)
	laughs := `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>`
	for name, document := range map[string]string{
		"nothing": "", "not XML": "hello", "half": "<samlp:Response", "entities": laughs, "deep": deep, "zeros": "\x00\x00\x00",
		"external entity": `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>`,
		"UTF-16":          "\xff\xfe<\x00x\x00/\x00>\x00",
		"another root":    `<html xmlns="http://www.w3.org/1999/xhtml"/>`,
		"empty response":  `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0"/>`,
	} {
		t.Run(name, func(t *testing.T) {
			action, form := b.atNorthwind(authorizeAt(acme, "identity_provider", "Northwind"), "kofi-90ab")
			form.Set("SAMLResponse", base64.StdEncoding.EncodeToString([]byte(document)))
			back := b.toApp(b.post(action, form))
			if back.Get("error") != "invalid_request" || back.Get("code") != "" || back.Get("state") != "st/ate=1&x" {
				t.Errorf("the app was told %v", back)
			}
		})
	}
	r.absent(t, acmePool, "Northwind", "kofi-90ab")
}

// Bodies, queries and headers beyond any use are refused before they are worked on.
func TestOversizedInput(t *testing.T) {
	r := newRig(t)
	big := strings.Repeat("x", 1<<20)
	t.Run("body", func(t *testing.T) {
		for path, methods := range r.endpoints() {
			if methods[len(methods)-1] != http.MethodPost || path == "/" || path == userpool.PathUserInfo {
				continue
			}
			request := newRequest(t, http.MethodPost, acme+path+"?"+ask().Encode(), url.Values{"username": {big}, "SAMLResponse": {big}})
			if p := r.calm(t, request); p.StatusCode != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: status %d, want 413", path, p.StatusCode)
			}
		}
	})
	t.Run("query", func(t *testing.T) {
		for path, methods := range r.endpoints() {
			request := newRequest(t, methods[0], acme+path+"?state="+big[:20<<10], nil)
			if p := r.calm(t, request); p.StatusCode != http.StatusRequestURITooLong {
				t.Errorf("%s: status %d, want 414", path, p.StatusCode)
			}
		}
	})
	t.Run("parameter", func(t *testing.T) {
		b := r.tab(t)
		for _, name := range []string{"state", "nonce", "login_hint", "resource", "response_mode", "code_challenge", "max_age", "prompt"} {
			if back := b.toApp(b.get(authorizeAt(acme, name, big[:5000]))); back.Get("error") != "invalid_request" {
				t.Errorf("%s: the app was told %v", name, back)
			}
		}
		for _, name := range []string{"id_token_hint", "post_logout_redirect_uri", "state"} {
			q := url.Values{"client_id": {appID}, "post_logout_redirect_uri": {appLogout}}
			q.Set(name, big[:15<<10])
			if p := r.calm(t, newRequest(t, http.MethodGet, acme+userpool.PathEndSession+"?"+q.Encode(), nil)); p.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: status %d", name, p.StatusCode)
			}
		}
		for _, name := range []string{"code", "code_verifier", "redirect_uri", "client_secret", "client_id", "grant_type", "resource", "refresh_token"} {
			form := url.Values{"grant_type": {"authorization_code"}, "client_id": {phoneID}}
			form.Set(name, big[:100<<10])
			p := r.calm(t, newRequest(t, http.MethodPost, acme+userpool.PathToken, form))
			if p.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: status %d", name, p.StatusCode)
			}
		}
	})
	t.Run("user name and password", func(t *testing.T) {
		b := r.tab(t)
		b.get(loginAt(acme))
		began := time.Now()
		p := b.post(loginAt(acme), url.Values{"username": {adaName}, "password": {big[:300<<10]}, "_csrf": {b.csrf(acme)}})
		if p.StatusCode != http.StatusBadRequest || time.Since(began) > 5*time.Second {
			t.Errorf("status %d after %s", p.StatusCode, time.Since(began))
		}
	})
}

// The server in front of the handler bounds headers, and writes what the handler says as one answer: this goes over a
// socket, for only there headers are parsed.
func TestOversizedHeaderAndSmuggledRequest(t *testing.T) {
	r := newRig(t)
	server := httptest.NewUnstartedServer(nil)
	server.Config = web.NewHTTP(r.handler, slog.New(slog.DiscardHandler))
	server.Start()
	t.Cleanup(server.Close)
	raw := func(text string) string {
		t.Helper()
		connection, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		_ = connection.SetDeadline(time.Now().Add(20 * time.Second))
		go func() { _, _ = io.WriteString(connection, text) }() // the server may answer before it has read everything
		answer, _ := io.ReadAll(connection)
		return string(answer)
	}
	host := "Host: login.acme.example\r\n"
	for name, c := range map[string]struct{ request, status string }{
		"header":            {"GET /login HTTP/1.1\r\n" + host + "X-Big: " + strings.Repeat("x", 200<<10) + "\r\n\r\n", "431"},
		"many headers":      {"GET /login HTTP/1.1\r\n" + host + strings.Repeat("X-Many: x\r\n", 20000) + "\r\n", "431"},
		"two lengths":       {"POST /oauth2/token HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", "400"},
		"no host":           {"GET /login HTTP/1.1\r\n\r\n", "400"},
		"two hosts":         {"GET /login HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n", "400"},
		"space in header":   {"GET /login HTTP/1.1\r\n" + host + "X Bad: 1\r\n\r\n", "400"},
		"absolute address":  {"GET http://evil.example/login HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n", "404"},
		"unknown transfers": {"POST /login HTTP/1.1\r\n" + host + "Transfer-Encoding: x\r\n\r\n", "501"},
	} {
		t.Run(name, func(t *testing.T) {
			got := raw(c.request)
			if line, _, _ := strings.Cut(got, "\r\n"); !strings.Contains(line, " "+c.status) {
				t.Errorf("answer %q, want status %s", line, c.status)
			}
		})
	}
	// What looks like two lines in a parameter is one line in the answer.
	q := ask("response_type", "token", "state", "x\r\nX-Injected: mark\r\n\r\n<b>")
	got := raw(fmt.Sprintf("GET /oauth2/authorize?%s HTTP/1.1\r\n%sConnection: close\r\n\r\n", q.Encode(), host))
	head, _, _ := bytes.Cut([]byte(got), []byte("\r\n\r\n"))
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 302")) || bytes.Contains(head, []byte("\nX-Injected")) {
		t.Errorf("answer %q", head)
	}
}
