package practice_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/crewjam/saml"

	"portico/federation/practice"
)

// An attacker makes a request in a service provider's name and has the assertion sent to an address of the attacker's.
func TestAttackAssertionSentElsewhere(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	sp := serviceProvider(t, p)
	for name, change := range map[string]func(*saml.AuthnRequest){
		"another ACS":         func(r *saml.AuthnRequest) { r.AssertionConsumerServiceURL = "https://evil.example/acs" },
		"a longer ACS":        func(r *saml.AuthnRequest) { r.AssertionConsumerServiceURL = acs + "/x" },
		"unknown provider":    func(r *saml.AuthnRequest) { r.Issuer.Value = "urn:stranger" },
		"nobody":              func(r *saml.AuthnRequest) { r.Issuer = nil },
		"another destination": func(r *saml.AuthnRequest) { r.Destination = "https://elsewhere.example/sso" },
		"another binding":     func(r *saml.AuthnRequest) { r.ProtocolBinding = saml.HTTPRedirectBinding },
		"yesterday":           func(r *saml.AuthnRequest) { r.IssueInstant = time.Now().UTC().Add(-24 * time.Hour) },
		"tomorrow":            func(r *saml.AuthnRequest) { r.IssueInstant = time.Now().UTC().Add(24 * time.Hour) },
		"another version":     func(r *saml.AuthnRequest) { r.Version = "1.1" },
		"no ID":               func(r *saml.AuthnRequest) { r.ID = "" },
	} {
		request, address := ask(t, sp, change)
		r := get(t, address)
		text := body(t, r)
		if r.StatusCode != http.StatusBadRequest || strings.Contains(text, "<form") {
			t.Errorf("%s: status %d", name, r.StatusCode)
		}
		checkPage(t, r, text)
		if name == "yesterday" || name == "tomorrow" {
			continue // the chooser may stand open for long
		}
		form := postForm(t, request)
		form.Set("person", "ines-4c1d")
		if r, err := still().PostForm(strings.TrimSuffix(p.SSOURL(), "/sso")+"/choose", form); err != nil || r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s, in the chooser's hidden field: %v, %v", name, r, err)
		}
	}
}

// CVE-2023-45683: the form of the last page would run a script.
func TestAttackScriptAsConsumerService(t *testing.T) {
	p := startSAML(t, nil)
	for _, location := range []string{"javascript:alert(1)", "data:text/html,x", "//app.example/acs", "/acs", "", "http://user@app.example/"} {
		if err := p.Register(entityID, location); err == nil {
			t.Errorf("registered %q", location)
		}
		metadata, err := xml.Marshal(saml.EntityDescriptor{EntityID: entityID, SPSSODescriptors: []saml.SPSSODescriptor{{
			AssertionConsumerServices: []saml.IndexedEndpoint{{Binding: saml.HTTPPostBinding, Location: location}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.RegisterMetadata(metadata); err == nil {
			t.Errorf("registered %q by metadata", location)
		}
	}
}

// CVE-2023-28119: a small request that unpacks to a large one.
func TestAttackDeflateBomb(t *testing.T) {
	p := startSAML(t, nil)
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := get(t, p.SSOURL()+"?SAMLRequest="+url.QueryEscape(base64.StdEncoding.EncodeToString(packed.Bytes())))
	if text := body(t, r); r.StatusCode != http.StatusBadRequest || !strings.Contains(text, "too large") {
		t.Errorf("status %d: %s", r.StatusCode, text)
	}
}

func TestAttackMalformedSAMLRequests(t *testing.T) {
	p := startSAML(t, nil)
	for name, text := range map[string]string{
		"not base64": "%%%", "not XML": "aGVsbG8=", "empty": "",
		"a doctype": base64.StdEncoding.EncodeToString([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><AuthnRequest>&a;</AuthnRequest>`)),
		"a response": base64.StdEncoding.EncodeToString([]byte(
			`<Response xmlns="urn:oasis:names:tc:SAML:2.0:protocol" ID="x" Version="2.0"/>`)),
		"large": base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("<a>"), 40000)),
	} {
		for _, path := range []string{"/sso", "/choose"} {
			r, err := still().PostForm(strings.TrimSuffix(p.SSOURL(), "/sso")+path, url.Values{"SAMLRequest": {text}, "person": {"ines-4c1d"}})
			if err != nil {
				t.Fatal(err)
			}
			if r.StatusCode != http.StatusBadRequest {
				t.Errorf("%s at %s: status %d: %s", name, path, r.StatusCode, body(t, r))
			}
		}
	}
}

func TestAttackLongRelayState(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	_, address := ask(t, serviceProvider(t, p), nil)
	if r := get(t, address+strings.Repeat("a", 2000)); r.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestProvidersRefuseWrongSettings(t *testing.T) {
	good := practice.OIDCOptions{Name: "N", ClientID: "c", Key: key(t)}
	for name, change := range map[string]func(*practice.OIDCOptions){
		"no name":        func(o *practice.OIDCOptions) { o.Name = "" },
		"no client":      func(o *practice.OIDCOptions) { o.ClientID = "" },
		"a relative URI": func(o *practice.OIDCOptions) { o.RedirectURIs = []string{"/callback"} },
		"a fragment":     func(o *practice.OIDCOptions) { o.RedirectURIs = []string{"https://a.example/#"} },
		"a script":       func(o *practice.OIDCOptions) { o.RedirectURIs = []string{"javascript:x"} },
		"two of one ID": func(o *practice.OIDCOptions) {
			o.People = []practice.Person{{ID: "a", Name: "A"}, {ID: "a", Name: "B"}}
		},
		"somebody nameless":   func(o *practice.OIDCOptions) { o.People = []practice.Person{{ID: "a"}} },
		"somebody without ID": func(o *practice.OIDCOptions) { o.People = []practice.Person{{Name: "A"}} },
	} {
		options := good
		change(&options)
		if _, err := practice.NewOIDC(options); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	p, err := practice.NewOIDC(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"", "127.0.0.1:80", "ftp://a.example", "http://a.example?x", "http://a.example/#"} {
		if err := p.SetIssuer(address); err == nil {
			t.Errorf("address %q was accepted", address)
		}
	}
}
