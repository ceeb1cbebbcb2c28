package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestHTTP holds the server to testdata/http: requests and the answers to them, to be read beside RFC 6749 and the
// reference of Cognito. The server is that of testdata/two_pools.yaml; requests go to Acme's domain unless they say so.
//
//	# A comment: why the answer is as it is.
//	GET /oauth2/authorize        method and path
//	? client_id=acmenotes        a parameter of the query, as it is before it is encoded; "? …" alone adds the app's usual ones
//	= grant_type=…               a field of the form
//	> Authorization: Basic …     a header
//	basic acmenotes              the Basic credentials of a client
//	< 302                        status
//	< Location: /error?*         a header, whole, with * for anything
//	< no Set-Cookie              a header that is not there
//	< body {"error":"…"}         the whole body, with *
//	< has some text              a text in the body
//	< lacks some text            a text that is not in it
//
// ${code}, ${spent}, ${access}, ${id}, ${refresh}, ${csrf} and ${session} stand for values that are fresh in every request:
// Ada's at Acme, and with @cedar, as in ${access@cedar}, at the pool that speaks the standard dialect.
func TestHTTP(t *testing.T) {
	stories, err := filepath.Glob("testdata/http/*.txt")
	if err != nil || len(stories) == 0 {
		t.Fatalf("no stories (%v)", err)
	}
	for _, story := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(story), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(story)
			if err != nil {
				t.Fatal(err)
			}
			r := newRig(t)
			line := 1
			for _, block := range strings.SplitAfter(string(text), "\n\n") {
				if e := readExchange(t, story, line, block); e != nil {
					e.run(t, r)
				}
				line += strings.Count(block, "\n")
			}
		})
	}
}

// exchange is one request and what its answer must be.
type exchange struct {
	at           string // file:line, for editors
	method, path string
	query, form  url.Values
	header       http.Header
	basic        string
	want         []string
}

func readExchange(t *testing.T, file string, line int, block string) *exchange {
	t.Helper()
	e := &exchange{query: url.Values{}, form: url.Values{}, header: http.Header{}}
	for text := range strings.SplitSeq(block, "\n") {
		at := fmt.Sprintf("%s:%d", file, line)
		line++
		text = strings.TrimSpace(text)
		kind, rest, _ := strings.Cut(text, " ")
		name, value, _ := strings.Cut(rest, "=")
		switch kind {
		case "", "#":
		case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch:
			e.at, e.method, e.path = at, kind, rest
		case "?":
			if rest == "…" {
				for k, v := range ask("nonce", "", "state", "abc") {
					if _, given := e.query[k]; !given {
						e.query[k] = v
					}
				}
				continue
			}
			e.query.Add(name, value)
		case "=":
			e.form.Add(name, value)
		case ">":
			k, v, _ := strings.Cut(rest, ": ")
			e.header.Add(k, v)
		case "basic":
			e.basic = rest
		case "<":
			e.want = append(e.want, rest)
		default:
			t.Fatalf("%s: cannot read %q", at, text)
		}
	}
	if e.method == "" {
		return nil
	}
	return e
}

func (e *exchange) run(t *testing.T, r *rig) {
	t.Helper()
	address := r.fill(t, e.path)
	if strings.HasPrefix(address, "/") {
		address = acme + address
	}
	if len(e.query) > 0 {
		address += "?" + r.fillAll(t, e.query).Encode()
	}
	var form url.Values
	if len(e.form) > 0 {
		form = r.fillAll(t, e.form)
	}
	request := newRequest(t, e.method, address, form)
	for name, values := range e.header {
		for _, value := range values {
			request.Header.Set(name, r.fill(t, value))
			if name == "Host" {
				request.Host = value
			}
		}
	}
	if e.basic != "" {
		secrets := map[string]string{appID: appSecret, drawingsID: drawingsSecret, reportsID: reportsSecret, bravoAppID: appSecret, cedarAppID: appSecret}
		request.SetBasicAuth(e.basic, secrets[e.basic])
	}
	p := read(t, r.serve(request))
	for _, want := range e.want {
		if problem := p.differs(want); problem != "" {
			t.Errorf("%s: %s", e.at, problem)
		}
	}
}

// differs says how an answer is not as wanted; nothing if it is.
func (p page) differs(want string) string {
	kind, rest, _ := strings.Cut(want, " ")
	switch {
	case len(want) == 3:
		if fmt.Sprint(p.StatusCode) != want {
			return fmt.Sprintf("status %d, want %s\nlocation %q\n%s", p.StatusCode, want, p.Header.Get("Location"), p.body)
		}
	case kind == "no":
		if got := p.Header.Values(rest); len(got) > 0 {
			return fmt.Sprintf("header %s: %q, want none", rest, got)
		}
	case kind == "body":
		if !matches(rest, strings.TrimSpace(p.body)) {
			return fmt.Sprintf("body\n%s\nwant\n%s", p.body, rest)
		}
	case kind == "has":
		if !strings.Contains(p.body, rest) {
			return fmt.Sprintf("body has no %q:\n%s", rest, p.body)
		}
	case kind == "lacks":
		if strings.Contains(p.body, rest) {
			return fmt.Sprintf("body has %q:\n%s", rest, p.body)
		}
	case strings.HasSuffix(kind, ":"):
		if got := strings.Join(p.Header.Values(strings.TrimSuffix(kind, ":")), " | "); !matches(rest, got) {
			return fmt.Sprintf("header %s %q, want %q", kind, got, rest)
		}
	default:
		return fmt.Sprintf("cannot read %q", want)
	}
	return ""
}

// matches compares with a pattern in which * stands for anything.
func matches(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `(?s:.*)`)
	return regexp.MustCompile(`^` + quoted + `$`).MatchString(text)
}

func (r *rig) fillAll(t *testing.T, values url.Values) url.Values {
	filled := url.Values{}
	for name, list := range values {
		for _, value := range list {
			filled.Add(name, r.fill(t, value))
		}
	}
	return filled
}

// fill puts fresh values where ${…} stands.
func (r *rig) fill(t *testing.T, text string) string {
	t.Helper()
	return placeholderPattern.ReplaceAllStringFunc(text, func(name string) string {
		b := r.tab(t)
		kind, where, _ := strings.Cut(strings.Trim(name, "${}"), "@")
		pool, client := acme, appID
		if where == "cedar" {
			pool, client = cedar, cedarAppID
		}
		switch kind {
		case "csrf":
			b.get(loginAt(pool, "client_id", client))
			return b.csrf(pool)
		case "session":
			b.signIn(pool, adaName, adaPassword, "client_id", client)
			return b.cookie(pool, sessionCookie)
		case "state":
			callback, _ := url.Parse(b.atOpenID(authorizeAt(acme, "identity_provider", "Harbor"), "kofi-90ab"))
			return callback.Query().Get("state")
		}
		code := b.signIn(pool, adaName, adaPassword, "client_id", client).Get("code")
		if kind == "code" {
			return code
		}
		a := r.token(t, pool, client, appSecret, url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {appCallback}})
		if kind == "spent" {
			return code
		}
		value, known := map[string]string{"access": a.AccessToken, "id": a.IDToken, "refresh": a.RefreshToken}[kind]
		if !known {
			t.Fatalf("there is no %s", name)
		}
		return value
	})
}

var placeholderPattern = regexp.MustCompile(`\$\{[a-z]+(@[a-z]+)?\}`)

// TestEveryRouteIsInTheStories keeps testdata/http whole: a path of ours that no story asks is not held to anything.
func TestEveryRouteIsInTheStories(t *testing.T) {
	stories, err := filepath.Glob("testdata/http/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, story := range stories {
		text, err := os.ReadFile(story)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for path, methods := range endpoints() {
		for _, method := range methods {
			asked := strings.Contains(all.String(), method+" "+path) || strings.Contains(all.String(), method+" https://id.example"+path)
			if !asked && path != "/static/portico.css" {
				t.Errorf("no story asks %s %s", method, path)
			}
		}
	}
}
