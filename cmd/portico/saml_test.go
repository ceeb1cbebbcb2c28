package main

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"portico/config"
	"portico/userpool"
	"portico/userpool/seal"
)

// samlRig is the server of testdata/saml.yaml, and the provider it trusts.
type samlRig struct {
	*rig
	idp *corpIDP
}

func newSAMLRig(t *testing.T) *samlRig {
	t.Helper()
	idp := newCorpIDP(t)
	env := map[string]string{
		"DATABASE": filepath.Join(t.TempDir(), "portico.db"), "PORTICO_KEY": seal.NewMasterKey().Encode(), "METADATA": idp.metadata(),
	}
	lookup := func(name string) (string, bool) { value, ok := env[name]; return value, ok }
	file, err := config.Load("testdata/saml.yaml", lookup)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{log: &lockedBuffer{}, env: env}
	s, err := serveSettings(file, surroundings{env: lookup}, newLog(file.Server.Log, r.log))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	svc, err := assemble(ctx, s)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		if err := svc.close(); err != nil {
			t.Error(err)
		}
	})
	r.live, r.handler = svc.live, svc.handler
	sr := &samlRig{r, idp}
	sr.idp.learn(sr.tab(t).get(acme + userpool.PathSAMLMetadata).body)
	return sr
}

// post has the provider's page post a form, from its own site.
func (r *samlRig) post(b *tab, response, relay string) page {
	b.at = corp
	return b.post(acme+userpool.PathSAMLResponse, url.Values{"SAMLResponse": {response}, "RelayState": {relay}})
}

// begin sends a browser to the provider and returns the request's ID and its RelayState.
func (r *samlRig) begin(t *testing.T, b *tab) (id, relay string) {
	t.Helper()
	return r.asked(t, b.get(acme+userpool.PathAuthorize+"?"+ask("identity_provider", "Corp").Encode()))
}

func (r *samlRig) asked(t *testing.T, p page) (id, relay string) {
	t.Helper()
	location := p.Header.Get("Location")
	request := r.idp.sent(location, "SAMLRequest", corp+"/sso")
	to, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	return request.SelectAttrValue("ID", ""), to.Query().Get("RelayState")
}

func (r *samlRig) signIn(t *testing.T, b *tab) {
	t.Helper()
	id, relay := r.begin(t, b)
	r.wantCode(t, r.post(b, r.idp.response(id, "ines"), relay))
}

func (r *samlRig) wantCode(t *testing.T, p page) {
	t.Helper()
	if to := p.Header.Get("Location"); !strings.HasPrefix(to, appCallback+"?code=") {
		t.Fatalf("status %d to %q: %s\n%s", p.StatusCode, to, p.body, r.log.String())
	}
}

func (r *samlRig) signedIn(b *tab) bool {
	b.at = ""
	p := b.get(acme + userpool.PathAuthorize + "?" + ask("prompt", "none").Encode())
	return strings.Contains(p.Header.Get("Location"), "code=")
}

// TestSAMLWholeWay: a signed request, an encrypted answer, and sign-out there and back.
func TestSAMLWholeWay(t *testing.T) {
	r := newSAMLRig(t)
	b := r.tab(t)
	r.signIn(t, b)
	if !r.signedIn(b) {
		t.Fatal("not signed in")
	}
	p := b.get(acme + userpool.PathLogout + "?" + url.Values{"client_id": {appID}, "logout_uri": {appLogout}}.Encode())
	location := p.Header.Get("Location")
	request := r.idp.sent(location, "SAMLRequest", corp+"/slo")
	if request.Tag != "LogoutRequest" || request.SelectElement("NameID").Text() != "ines" || request.SelectElement("SessionIndex").Text() != "s1" {
		t.Errorf("sends %s", request.Tag)
	}
	if r.signedIn(b) {
		t.Error("the provider has not answered yet, and the session here still stands")
	}
	to, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	answer := r.idp.message("LogoutResponse", `InResponseTo="`+request.SelectAttrValue("ID", "")+`"`,
		`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`)
	back := r.idp.redirect("SAMLResponse", to.Query().Get("RelayState"), answer)
	stranger := r.tab(t).get(back)
	if to := stranger.Header.Get("Location"); to != "" && !strings.HasPrefix(to, acme) {
		t.Errorf("another browser is sent to %s", to)
	}
	if got := b.get(back).Header.Get("Location"); got != appLogout {
		t.Errorf("ends at %q", got)
	}
}

// TestSAMLProviderSignsOut: the provider's own request ends the session, once, and is answered.
func TestSAMLProviderSignsOut(t *testing.T) {
	r := newSAMLRig(t)
	b, other := r.tab(t), r.tab(t)
	r.signIn(t, b)     // its session s1
	r.signIn(t, other) // and s2
	request := r.idp.redirect("SAMLRequest", "theirs", r.idp.message("LogoutRequest", "", `<saml:NameID>ines</saml:NameID><samlp:SessionIndex>s1</samlp:SessionIndex>`))

	forged := strings.Replace(request, "Signature=", "Signature=AAAA", 1)
	if p := b.get(forged); p.StatusCode != http.StatusBadRequest || !r.signedIn(b) {
		t.Errorf("a forged request: status %d", p.StatusCode)
	}
	p := b.get(request)
	response := r.idp.sent(p.Header.Get("Location"), "SAMLResponse", corp+"/slo")
	if response.Tag != "LogoutResponse" || !strings.Contains(p.Header.Get("Location"), "RelayState=theirs") {
		t.Errorf("answers %s", p.Header.Get("Location"))
	}
	if r.signedIn(b) || !r.signedIn(other) {
		t.Error("the wrong session ended")
	}
	if p := b.get(request); p.StatusCode != http.StatusBadRequest {
		t.Errorf("a replay: status %d", p.StatusCode)
	}
}

// TestSAMLBeginsAtTheProvider: an answer nobody asked for becomes a round trip of this browser, and only that signs in.
func TestSAMLBeginsAtTheProvider(t *testing.T) {
	r := newSAMLRig(t)
	b := r.tab(t)
	relay := ask("identity_provider", "Corp", "nonce", "").Encode()
	unasked := r.idp.response("", "ines")
	p := r.post(b, unasked, relay)
	if r.signedIn(b) {
		t.Fatal("an answer that nobody asked for signs somebody in")
	}
	id, handle := r.asked(t, p)
	r.wantCode(t, r.post(b, r.idp.response(id, "ines"), handle))
	if p := r.post(r.tab(t), unasked, relay); strings.Contains(p.Header.Get("Location"), "code=") || strings.HasPrefix(p.Header.Get("Location"), corp) {
		t.Errorf("a replay goes to %s", p.Header.Get("Location"))
	}
	if p := r.post(r.tab(t), r.idp.response("", "ines"), ask("redirect_uri", "https://evil.example/").Encode()); strings.Contains(p.Header.Get("Location"), "evil") {
		t.Errorf("goes to %s", p.Header.Get("Location"))
	}
}

// TestSAMLMetadataOfAProvider: the document is for one provider, whose encryption certificate it holds.
func TestSAMLMetadataOfAProvider(t *testing.T) {
	r := newSAMLRig(t)
	b := r.tab(t)
	if p := b.get(acme + userpool.PathSAMLMetadata + "?identity_provider=Nobody"); p.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", p.StatusCode)
	}
	p := b.get(acme + userpool.PathSAMLMetadata + "?identity_provider=Corp")
	for _, want := range []string{`AuthnRequestsSigned="true"`, `use="signing"`, `use="encryption"`, userpool.PathSAMLLogout, userpool.ID(acmePool).EntityID()} {
		if !strings.Contains(p.body, want) {
			t.Errorf("no %s in the metadata", want)
		}
	}
}

// TestKeysSAML: keys are rotated beside the running server, which goes on opening what is encrypted for the old one until
// that is dropped.
func TestKeysSAML(t *testing.T) {
	r := newSAMLRig(t)
	command := func(args ...string) (string, int) {
		var out strings.Builder
		code := run(t.Context(), append([]string{"keys", "saml"}, args...), surroundings{
			env: func(name string) (string, bool) { value, ok := r.env[name]; return value, ok }, stdout: &out, stderr: &out,
		})
		return out.String(), code
	}
	corpKey := []string{"--config", "testdata/saml.yaml", "--pool", acmePool, "--provider", "Corp"}
	if out, code := command(append([]string{"rotate"}, corpKey...)...); code != 0 || !strings.Contains(out, "Key 2") {
		t.Fatal(code, out)
	}
	if out, code := command("rotate", "--config", "testdata/saml.yaml", "--pool", acmePool); code != 0 || !strings.Contains(out, "signs from") {
		t.Fatal(code, out)
	}
	if err := r.live.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := r.tab(t)
	if n := strings.Count(b.get(acme+userpool.PathSAMLMetadata).body, "<ds:X509Certificate>"); n != 4 {
		t.Errorf("%d certificates in the metadata", n)
	}
	r.signIn(t, b) // by the metadata of before: the old keys still work
	if out, code := command(append([]string{"drop"}, corpKey...)...); code != 0 || !strings.Contains(out, "Key 2 is the only one") {
		t.Fatal(code, out)
	}
	if err := r.live.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := r.tab(t)
	id, relay := r.begin(t, other)
	if to := r.post(other, r.idp.response(id, "ines"), relay).Header.Get("Location"); !strings.Contains(to, "error=") {
		t.Errorf("a dropped key opens: %s", to)
	}
	for _, args := range [][]string{{"rotate", "--config", "testdata/saml.yaml", "--pool", "us-east-1_Nobody"}, append([]string{"drop"}, append(corpKey[:len(corpKey)-1:len(corpKey)-1], "Nobody")...)} {
		if out, code := command(args...); code != exitFailed {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
}
