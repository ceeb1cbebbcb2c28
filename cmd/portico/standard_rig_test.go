package main

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	"portico/userpool"
)

// The tests in standard_*_test.go hold the program to one standard each. A test names the section it holds in its own
// words; where Cognito's answer is another one, both are tested: Cognito's at Acme, the standard's at Cedar, whose pool
// speaks the standard dialect. docs/conformance.md has the table.

// party is an app client as a test plays it.
type party struct {
	pool, issuer, id, secret, callback string
}

func acmeNotes() party {
	return party{acme, "https://id.example/us-east-1_Acme00001", appID, appSecret, appCallback}
}

func cedarParty(id, secret, callback string) party {
	return party{cedar, "https://id.example/us-east-1_Cedar0001", id, secret, callback}
}

func cedarNotes() party { return cedarParty(cedarAppID, appSecret, appCallback) }

func cedarDrawings() party {
	return cedarParty("cedardrawings", "secretofcedardrawings000", "https://drawings.example/callback")
}

func cedarPhone() party { return cedarParty("cedarphone", "", "com.example.cedar:/callback") }

func cedarBoard() party { return cedarParty("cedarboard", "", "https://board.example/callback") }

func cedarReports() party { return cedarParty("cedarreports", "secretofcedarreports0000", "") }

// dialects are the same app in both.
func dialects() map[string]party {
	return map[string]party{"Cognito": acmeNotes(), "standard": cedarNotes()}
}

// request is an authorization request of the party, with changes as ask has them.
func (p party) request(changes ...string) string {
	return authorizeAt(p.pool, append([]string{"client_id", p.id, "redirect_uri", p.callback}, changes...)...)
}

// signIn signs Ada in and returns the authorization response, from query or fragment.
func (p party) signIn(b *tab, changes ...string) url.Values {
	b.t.Helper()
	b.get(p.request(changes...))
	login := strings.Replace(p.request(changes...), userpool.PathAuthorize, userpool.PathLogin, 1)
	form := url.Values{"username": {adaName}, "password": {adaPassword}, "_csrf": {b.csrf(p.pool)}}
	return response(b.t, b.post(login, form))
}

func (p party) code(b *tab, changes ...string) string {
	b.t.Helper()
	back := p.signIn(b, changes...)
	if back.Get("code") == "" {
		b.t.Fatalf("no code in %v", back)
	}
	return back.Get("code")
}

// response is what an answer carries to the app, in the query or in the fragment.
func response(t testing.TB, p page) url.Values {
	t.Helper()
	to, err := p.Location()
	if err != nil || ours(to) {
		t.Fatalf("status %d, sent to %v (%v), want the app", p.StatusCode, to, err)
	}
	if to.Fragment == "" {
		return to.Query()
	}
	_, fragment, _ := strings.Cut(p.Header.Get("Location"), "#")
	values, err := url.ParseQuery(fragment)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// call posts a form to an endpoint of the pool as the party, by Basic credentials; a public client names itself.
func (p party) call(t testing.TB, r *rig, path string, form url.Values) page {
	t.Helper()
	if p.secret == "" && form.Get("client_id") == "" {
		form.Set("client_id", p.id)
	}
	request := newRequest(t, http.MethodPost, p.pool+path, form)
	if p.secret != "" {
		request.SetBasicAuth(p.id, p.secret)
	}
	return read(t, r.serve(request))
}

// redeem exchanges a code; more are further fields of the form.
func (p party) redeem(t testing.TB, r *rig, code string, more ...string) answer {
	t.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {p.callback}}
	return answerOf(t, p.call(t, r, userpool.PathToken, with(form, more...)))
}

func (p party) refresh(t testing.TB, r *rig, token string, more ...string) answer {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
	return answerOf(t, p.call(t, r, userpool.PathToken, with(form, more...)))
}

func with(form url.Values, more ...string) url.Values {
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func answerOf(t testing.TB, p page) answer {
	t.Helper()
	a := answer{status: p.StatusCode}
	if err := json.Unmarshal([]byte(p.body), &a); err != nil {
		t.Fatalf("%v in %q", err, p.body)
	}
	return a
}

// document reads a JSON document and expects its media type.
func (r *rig) document(t testing.TB, address string) map[string]any {
	t.Helper()
	p := read(t, r.serve(newRequest(t, http.MethodGet, address, nil)))
	if kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type")); p.StatusCode != http.StatusOK || err != nil || kind != "application/json" {
		t.Fatalf("%s: status %d, %s", address, p.StatusCode, p.Header.Get("Content-Type"))
	}
	var document map[string]any
	if err := json.Unmarshal([]byte(p.body), &document); err != nil {
		t.Fatal(err)
	}
	return document
}

// info calls userInfo with an access token, in the header.
func (p party) info(t testing.TB, r *rig, access string) page {
	t.Helper()
	request := newRequest(t, http.MethodGet, p.pool+userpool.PathUserInfo, nil)
	if access != "" {
		request.Header.Set("Authorization", "Bearer "+access)
	}
	return read(t, r.serve(request))
}

// transport lets a client library of somebody else's talk to the rig.
type transport struct{ r *rig }

// RoundTrip answers without a network.
func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response := t.r.serve(request)
	if response.Body == nil {
		response.Body = io.NopCloser(strings.NewReader(""))
	}
	return response, nil
}

// provider is the pool as coreos/go-oidc discovers it: a verifier that shares no code with our signer.
func (p party) provider(t testing.TB, r *rig) *oidc.Provider {
	t.Helper()
	client := &http.Client{Transport: transport{r}}
	provider, err := oidc.NewProvider(oidc.ClientContext(t.Context(), client), p.issuer)
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

// verify has that verifier check an ID token (OpenID Connect Core §3.1.3.7).
func (p party) verify(t testing.TB, r *rig, raw string) *oidc.IDToken {
	t.Helper()
	verifier := p.provider(t, r).Verifier(&oidc.Config{ClientID: p.id})
	token, err := verifier.Verify(oidc.ClientContext(t.Context(), &http.Client{Transport: transport{r}}), raw)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
