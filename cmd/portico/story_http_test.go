package main

import (
	"encoding/base64"
	"encoding/json"
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
	case kind == "id" || kind == "access":
		return p.differsInClaim(kind+"_token", rest)
	case strings.HasSuffix(kind, ":"):
		if got := strings.Join(p.Header.Values(strings.TrimSuffix(kind, ":")), " | "); !matches(rest, got) {
			return fmt.Sprintf("header %s %q, want %q", kind, got, rest)
		}
	default:
		return fmt.Sprintf("cannot read %q", want)
	}
	return ""
}

// differsInClaim says how a claim of a token that an answer hands out is not as wanted.
func (p page) differsInClaim(token, want string) string {
	payload, err := p.payload(token)
	if err != nil {
		return fmt.Sprintf("%s: %v", token, err)
	}
	name, value, _ := strings.Cut(want, " ")
	if name == "lacks" {
		if claim, there := payload[value]; there {
			return fmt.Sprintf("%s has %s %s", token, value, claim)
		}
		return ""
	}
	if got := string(payload[name]); !matches(value, got) {
		return fmt.Sprintf("%s has %s %s, want %s", token, name, got, value)
	}
	return ""
}

// payload reads a token of a token response, or of an implicit response in the fragment.
func (p page) payload(token string) (claims map[string]json.RawMessage, err error) {
	var raw string
	if to, err := p.Location(); err == nil {
		fragment, err := url.ParseQuery(to.EscapedFragment())
		if err != nil {
			return nil, err
		}
		raw = fragment.Get(token)
	} else {
		var body map[string]any
		if err := json.Unmarshal([]byte(p.body), &body); err != nil {
			return nil, err
		}
		raw, _ = body[token].(string)
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("there is none in %s", p.body)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, err
	}
	return claims, json.Unmarshal(text, &claims)
}

// matches compares with a pattern in which * stands for anything.
func matches(pattern, text string) bool {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `(?s:.*)`)
	return regexp.MustCompile(`^` + quoted + `$`).MatchString(text)
}

// TestEveryRouteIsInTheStories keeps testdata/http whole: a path of ours that no story asks is not held to anything.
func TestEveryRouteIsInTheStories(t *testing.T) {
	all := allStories(t)
	for path, methods := range endpoints() {
		for _, method := range methods {
			asked := strings.Contains(all, method+" "+path) || strings.Contains(all, method+" https://id.example"+path)
			if !asked && path != "/static/portico.css" {
				t.Errorf("no story asks %s %s", method, path)
			}
		}
	}
}

// TestEverySectionIsInTheStories: a reader with the reference at hand finds each section that says how the domain answers.
func TestEverySectionIsInTheStories(t *testing.T) {
	var heads strings.Builder
	for text := range strings.SplitSeq(allStories(t), storyBreak) {
		head, _, _ := strings.Cut(text, "\n")
		if !sectionsPattern.MatchString(head) {
			t.Errorf("%q does not say which sections it holds", head)
		}
		heads.WriteString(head + "\n")
	}
	for _, section := range []string{
		"1.1", "2", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.1", "4.2", "4.3", "4.4", "5", "6", "7.1", "7.2", "7.3", "7.4",
		"7.5", "8", "9", "10", "11", "12.1", "12.2", "12.3", "12.4", "13.1", "13.2", "14", "15", "16", "17",
	} {
		if !regexp.MustCompile(`(?m)^# oauth-endpoints ([0-9.]+, )*` + regexp.QuoteMeta(section) + `[,:]`).MatchString(heads.String()) {
			t.Errorf("no story holds section %s", section)
		}
	}
}

// sectionsPattern is the head of a story: sections of the reference, or the standard or page that it is about instead.
var sectionsPattern = regexp.MustCompile(`^# (oauth-endpoints [0-9.]+(, [0-9.]+)*|hosted-ui|RP-Initiated Logout|portico:dialect): `)

const storyBreak = "\x00"

// allStories are the texts of testdata/http, with storyBreak between them.
func allStories(t *testing.T) string {
	t.Helper()
	stories, err := filepath.Glob("testdata/http/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, story := range stories {
		text, err := os.ReadFile(story)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return strings.Join(all, storyBreak)
}
