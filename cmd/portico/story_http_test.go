package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHTTP holds the server to testdata/http: requests and the answers to them, to be read beside RFC 6749 and the
// reference of Cognito. The server is that of testdata/two_pools.yaml; requests go to Acme's domain unless they say so.
// A story's first line names the sections it holds, as in "# oauth-endpoints 3.2, 3.3: …".
//
//	# A comment: why the answer is as it is.
//	GET /oauth2/authorize        method and path
//	? client_id=acmenotes        a parameter of the query, as it is before it is encoded; "? …" alone adds the app's usual ones
//	= grant_type=…               a field of the form
//	> Authorization: Basic …     a header
//	basic acmenotes              the Basic credentials of a client; acmenotes:wrong are others than its own
//	~ scope=openid               a parameter of the authorization request that ${code} and the tokens come from
//	< 302                        status
//	< Location: /error?*         a header, whole, with * for anything
//	< no Set-Cookie              a header that is not there
//	< body {"error":"…"}         the whole body, with *
//	< has some text              a text in the body
//	< lacks some text            a text that is not in it
//	< id email_verified true     a claim of the ID token that is handed out, in JSON, with *; access for the access token
//	< id lacks nonce             a claim that is not there
//
// ${code}, ${access}, ${id}, ${refresh}, ${csrf} and ${session} stand for values that are fresh in every request: Ada's at
// Acme, and with @cedar, as in ${access@cedar}, at the pool that speaks the standard dialect. ${spent} is a code that was
// used, ${rotated} a refresh token that was exchanged once, ${ended} an access token whose sign-in was revoked, ${federated}
// the session of somebody who came from Harbor, and ${state} the one that Harbor is to send back.
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
	asked        url.Values // what the authorization request of the placeholders has besides
	header       http.Header
	basic        string
	want         []string
}

func readExchange(t *testing.T, file string, line int, block string) *exchange {
	t.Helper()
	e := &exchange{query: url.Values{}, form: url.Values{}, asked: url.Values{}, header: http.Header{}}
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
		case "~":
			e.asked.Add(name, value)
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
	fill := func(text string) string { return r.fill(t, text, e.asked) }
	address := fill(e.path)
	if strings.HasPrefix(address, "/") {
		address = acme + address
	}
	if len(e.query) > 0 {
		address += "?" + fillAll(fill, e.query).Encode()
	}
	var form url.Values
	if len(e.form) > 0 {
		form = fillAll(fill, e.form)
	}
	request := newRequest(t, e.method, address, form)
	for name, values := range e.header {
		for _, value := range values {
			request.Header.Set(name, fill(value))
			if name == "Host" {
				request.Host = value
			}
		}
	}
	if e.basic != "" {
		client, secret, other := strings.Cut(e.basic, ":")
		if !other {
			secret = secretOf(client)
		}
		request.SetBasicAuth(client, secret)
	}
	p := read(t, r.serve(request))
	for _, want := range e.want {
		if problem := p.differs(want); problem != "" {
			t.Errorf("%s: %s", e.at, problem)
		}
	}
}
