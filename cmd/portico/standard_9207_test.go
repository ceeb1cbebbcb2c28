package main

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// RFC 9207, Authorization Server Issuer Identification.

// §2: every authorization response names the issuer, errors included, in every mode, exactly as the metadata has it (§2.3,
// §3); §3: the metadata says so.
func TestRFC9207EveryResponseNamesTheIssuer(t *testing.T) {
	r := newRig(t)
	board := acmeNotes()
	board.id, board.secret, board.callback = boardID, "", boardCallback
	for _, p := range []party{acmeNotes(), cedarNotes(), board, cedarBoard()} {
		document := r.document(t, p.issuer+"/.well-known/openid-configuration")
		if document["authorization_response_iss_parameter_supported"] != true || document["issuer"] != p.issuer {
			t.Errorf("%s: metadata %v, %v", p.id, document["authorization_response_iss_parameter_supported"], document["issuer"])
		}
		b := r.tab(t)
		p.signIn(b)
		for name, changes := range map[string][]string{
			"code": {}, "fragment": {"response_mode", "fragment"}, "tokens": {"response_type", "token"},
			"unknown prompt": {"prompt", "dance"}, "unknown type": {"response_type", "x"}, "bad scope": {"scope", `"`},
			"unknown mode": {"response_mode", "jwt"}, "provider unknown": {"prompt", "none", "identity_provider", "Nobody"},
		} {
			if got := response(t, b.get(p.request(changes...)))["iss"]; len(got) != 1 || got[0] != p.issuer {
				t.Errorf("%s, %s: iss %q", p.id, name, got)
			}
		}
		for _, prompt := range []string{"", "dance"} {
			if got := fields(t, b.get(p.request("response_mode", "form_post", "prompt", prompt)))["iss"]; len(got) != 1 || got[0] != p.issuer {
				t.Errorf("%s, form_post: iss %q", p.id, got)
			}
		}
	}
}

// fields are the hidden fields of the one form that an answer is made of.
func fields(t testing.TB, p page) map[string][]string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(p.body))
	if err != nil || p.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", p.StatusCode, err)
	}
	forms, found := 0, map[string][]string{}
	for n := range root.Descendants() {
		if n.Data == "form" {
			forms++
		}
		if n.Data != "input" {
			continue
		}
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		if at["type"] != "hidden" {
			t.Errorf("an input of type %q", at["type"])
		}
		found[at["name"]] = append(found[at["name"]], at["value"])
	}
	if forms != 1 {
		t.Fatalf("%d forms", forms)
	}
	return found
}
