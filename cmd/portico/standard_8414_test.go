package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"portico/userpool"
)

// RFC 8414, Authorization Server Metadata.

// §3.1: the well-known part stands between host and path of the issuer; §5 lets applications have it at the end as well.
// §3.3: the issuer in it is the one it was asked for.
func TestRFC8414WellKnownAddress(t *testing.T) {
	r := newRig(t)
	for dialect, p := range dialects() {
		pool := strings.TrimPrefix(p.issuer, "https://id.example/")
		inserted := r.document(t, "https://id.example"+userpool.PathMetadata+"/"+pool)
		appended := r.document(t, p.issuer+userpool.PathMetadata)
		for _, document := range []map[string]any{inserted, appended} {
			if document["issuer"] != p.issuer {
				t.Errorf("%s: issuer %v, want %s", dialect, document["issuer"], p.issuer)
			}
		}
		u, err := url.Parse(p.issuer)
		if err != nil || u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" { // §2
			t.Errorf("%s: issuer %s", dialect, p.issuer)
		}
	}
	if got := read(t, r.serve(newRequest(t, http.MethodGet, "https://id.example"+userpool.PathMetadata+"/us-east-1_Nobody000", nil))); got.StatusCode != http.StatusNotFound {
		t.Errorf("§3.2, an issuer that does not exist: status %d", got.StatusCode)
	}
}

// §2: required members are there, addresses are https, and nothing is listed empty.
func TestRFC8414Members(t *testing.T) {
	r := newRig(t)
	document := r.document(t, cedarNotes().issuer+userpool.PathMetadata)
	for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "revocation_endpoint"} {
		if address, _ := document[name].(string); !strings.HasPrefix(address, "https://") {
			t.Errorf("%s is %v", name, document[name])
		}
	}
	for _, name := range []string{"response_types_supported", "grant_types_supported", "token_endpoint_auth_methods_supported", "code_challenge_methods_supported", "response_modes_supported", "scopes_supported"} {
		if list, _ := document[name].([]any); len(list) == 0 {
			t.Errorf("%s is %v", name, document[name])
		}
	}
	for name, value := range document {
		if list, ok := value.([]any); ok && len(list) == 0 || value == "" || value == nil {
			t.Errorf("§3.2: %s is there with nothing in it", name)
		}
	}
}

// What is published is what is done: every response type, mode, grant and method that is named is served.
func TestRFC8414TellsTheTruth(t *testing.T) {
	r := newRig(t)
	document := r.document(t, cedarNotes().issuer+userpool.PathMetadata)
	p, b := cedarBoard(), r.tab(t)
	p.signIn(b)
	for _, kind := range document["response_types_supported"].([]any) {
		for _, mode := range document["response_modes_supported"].([]any) {
			answer := b.get(p.request("response_type", kind.(string), "response_mode", mode.(string)))
			unsuited := kind == "token" && mode == "query" // Multiple Response Types §3
			refused := answer.StatusCode == http.StatusFound && response(t, answer).Has("error")
			if refused != unsuited {
				t.Errorf("%v by %v: status %d, sent to %s", kind, mode, answer.StatusCode, answer.Header.Get("Location"))
			}
		}
	}
	for _, grant := range document["grant_types_supported"].([]any) {
		if grant == "implicit" { // not for the token endpoint
			continue
		}
		a := answerOf(t, cedarNotes().call(t, r, userpool.PathToken, url.Values{"grant_type": {grant.(string)}}))
		if a.Error == "unsupported_grant_type" {
			t.Errorf("grant %v is not served", grant)
		}
	}
	methods := document["token_endpoint_auth_methods_supported"].([]any)
	for _, want := range []any{"client_secret_basic", "client_secret_post", "none"} {
		if !slices.Contains(methods, want) {
			t.Errorf("%v is served and not named", want)
		}
	}
}
