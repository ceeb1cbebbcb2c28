package oidc

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"portico/federation"
)

func TestSignOut(t *testing.T) {
	o := newOP(t)
	o.doc["end_session_endpoint"] = o.URL + "/end?tenant=1"
	p := o.party(t, map[string]string{"IDPSignout": "true"})
	got, err := o.signIn(t, p)
	if err != nil || len(got.Session) != 1 || !strings.HasPrefix(got.Session["id_token"], "eyJ") {
		t.Fatal(len(got.Session), err)
	}
	departure, ok := p.SignOut(t.Context(), federation.SignOut{Session: got.Session, Return: "https://auth.example.com/logout/done", State: "s"})
	if !ok || departure.Form != nil {
		t.Fatal(departure, ok)
	}
	at := must(url.Parse(departure.URL))
	want := url.Values{
		"tenant": {"1"}, "client_id": {testClient}, "id_token_hint": {got.Session["id_token"]},
		"post_logout_redirect_uri": {"https://auth.example.com/logout/done"}, "state": {"s"},
	}
	if diff := cmp.Diff(want, at.Query()); diff != "" || at.Path != "/end" {
		t.Error(at.Path, diff)
	}
	// A session without its token (it was too long to keep): the provider asks the person.
	departure, ok = p.SignOut(t.Context(), federation.SignOut{})
	if query := must(url.Parse(departure.URL)).Query(); !ok || query.Has("id_token_hint") || query.Has("state") || query.Get("client_id") != testClient {
		t.Error(departure, ok)
	}
}

func TestNoSignOutWhereNoneIsOffered(t *testing.T) {
	for name, endpoint := range map[string]any{"none": nil, "script": "javascript:alert(1)", "not an address": "end", "with a password": "https://a:b@op.example.com/"} {
		o := newOP(t)
		o.doc["end_session_endpoint"] = endpoint
		p := o.party(t, map[string]string{"IDPSignout": "true"})
		got, err := o.signIn(t, p)
		if err != nil || got.Session != nil {
			t.Errorf("%s: keeps a token for nobody: %v", name, err)
		}
		if _, ok := p.SignOut(t.Context(), federation.SignOut{}); ok {
			t.Errorf("%s: offers to sign out", name)
		}
	}
	o := newOP(t)
	o.doc["end_session_endpoint"] = o.URL + "/end"
	o.handle["/.well-known/openid-configuration"] = func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) }
	if _, ok := o.party(t, nil).SignOut(t.Context(), federation.SignOut{}); ok {
		t.Error("sign-out waits for a provider that is down")
	}
}

func TestLongIDTokenIsNotKept(t *testing.T) {
	o := newOP(t)
	o.doc["end_session_endpoint"] = o.URL + "/end"
	o.claims["groups"] = strings.Repeat("x", maxHint)
	got, err := o.signIn(t, o.party(t, map[string]string{"IDPSignout": "true"}))
	if err != nil || got.Session != nil {
		t.Error(len(got.Session["id_token"]), err)
	}
}

func TestTokenIsNotKeptUnlessSignOutIsWanted(t *testing.T) {
	for _, wish := range []string{"", "false"} {
		o := newOP(t)
		o.doc["end_session_endpoint"] = o.URL + "/end"
		got, err := o.signIn(t, o.party(t, map[string]string{"IDPSignout": wish}))
		if err != nil || got.Session != nil {
			t.Error(len(got.Session["id_token"]), err)
		}
	}
}
