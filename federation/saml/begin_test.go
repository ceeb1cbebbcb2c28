package saml

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"

	"github.com/beevik/etree"
)

func begin(tb testing.TB, p *Provider, start federation.Start) (federation.Departure, federation.Memory) {
	tb.Helper()
	departure, memory, err := p.Begin(tb.Context(), start)
	if err != nil {
		tb.Fatal(err)
	}
	return departure, memory
}

// inflate reads the SAMLRequest of a redirect.
func inflate(tb testing.TB, packed string) *etree.Element {
	tb.Helper()
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		tb.Fatal(err)
	}
	document, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
	if err != nil {
		tb.Fatal(err)
	}
	return readDocument(tb, string(document)).Root()
}

func TestRedirect(t *testing.T) {
	f := newFixture(t)
	departure, memory := begin(t, f.Provider, federation.Start{Handle: "a b&c=/+", LoginHint: "jane@corp.example", Prompt: "select_account"})
	if departure.Form != nil {
		t.Error("a redirect with a form")
	}
	to, err := url.Parse(departure.URL)
	if err != nil {
		t.Fatal(err)
	}
	query := to.Query()
	if to.Host != "idp.example" || to.Path != "/sso" || len(query) != 2 || query.Get("RelayState") != "a b&c=/+" {
		t.Errorf("goes to %s", departure.URL)
	}
	request := inflate(t, query.Get("SAMLRequest"))
	if !is(request, nsProtocol, "AuthnRequest") {
		t.Fatalf("sends %s", request.Tag)
	}
	for name, want := range map[string]string{
		"ID": memory.RequestID, "Version": "2.0", "IssueInstant": stamp(noon()), "Destination": idpSSO,
		"AssertionConsumerServiceURL": testACS, "ProtocolBinding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
	} {
		if got, _ := attr(request, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(request.ChildElements()) != 1 || request.ChildElements()[0].Text() != testPool.EntityID() {
		t.Error("want an Issuer and nothing else: no NameIDPolicy, no RequestedAuthnContext, no hint")
	}
	if _, forced := attr(request, "ForceAuthn"); forced {
		t.Error("ForceAuthn without prompt=login")
	}
	if !regexp.MustCompile(`^_[0-9a-f]{40}$`).MatchString(memory.RequestID) || !memory.Issued.Equal(noon()) {
		t.Errorf("remembers %+v", memory)
	}
}

func TestRequestIDsDiffer(t *testing.T) {
	f := newFixture(t)
	_, one := begin(t, f.Provider, federation.Start{Handle: "h"})
	_, two := begin(t, f.Provider, federation.Start{Handle: "h"})
	if one.RequestID == two.RequestID {
		t.Error("the same ID twice")
	}
}

// saml-core-2.0 §3.4.1, ForceAuthn: whatever demands a recent sign-in of the person (prompt=login is max_age=0).
func TestDemandForARecentSignInForcesAuthentication(t *testing.T) {
	f := newFixture(t)
	for age, want := range map[*time.Duration]string{new(time.Duration): "true", new(time.Hour): "true", nil: ""} {
		departure, _ := begin(t, f.Provider, federation.Start{Handle: "h", Prompt: "consent", MaxAge: age})
		to, err := url.Parse(departure.URL)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := attr(inflate(t, to.Query().Get("SAMLRequest")), "ForceAuthn"); got != want {
			t.Errorf("max_age %v: ForceAuthn %q, want %q", age, got, want)
		}
	}
}

func TestRedirectKeepsTheProvidersQuery(t *testing.T) {
	pair := loadPair(t, "provider")
	p := newProvider(t, strings.Replace(metadataOf(pair), `Location="`+idpSSO+`"`, `Location="`+idpSSO+`?tenant=a%20b#top"`, 1))
	departure, _ := begin(t, p, federation.Start{Handle: "h"})
	if !strings.HasPrefix(departure.URL, idpSSO+"?tenant=a%20b&SAMLRequest=") || strings.Contains(departure.URL, "#") {
		t.Errorf("goes to %s", departure.URL)
	}
}

func TestPost(t *testing.T) {
	pair := loadPair(t, "provider")
	p := newProvider(t, strings.Replace(metadataOf(pair), "bindings:HTTP-Redirect", "bindings:SOAP", 1))
	departure, memory := begin(t, p, federation.Start{Handle: "handle"})
	if departure.URL != idpSSO+"/post" || len(departure.Form) != 2 || departure.Form[1] != (userpool.Param{Name: "RelayState", Value: "handle"}) {
		t.Fatalf("departs by %+v", departure)
	}
	document, err := base64.StdEncoding.DecodeString(departure.Form[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	request := readDocument(t, string(document)).Root()
	id, _ := attr(request, "ID")
	if destination, _ := attr(request, "Destination"); id != memory.RequestID || destination != departure.URL {
		t.Errorf("sends %s", document)
	}
}

func TestNoRandomness(t *testing.T) {
	config := testConfig(metadataOf(loadPair(t, "provider")))
	config.Rand = strings.NewReader("short")
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Begin(t.Context(), federation.Start{Handle: "h"}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v", err)
	}
}

func TestSPMetadata(t *testing.T) {
	root, err := parse(SPMetadata(Description{Pool: testPool, At: testAddresses()}), metadataLimits())
	if err != nil {
		t.Fatal(err)
	}
	role, err := only(root, nsMetadata, "SPSSODescriptor")
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := only(role, nsMetadata, "AssertionConsumerService")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		el         *etree.Element
		name, want string
	}{
		{root, "entityID", "urn:amazon:cognito:sp:us-east-1_Ab1Cd2Ef3"},
		{role, "WantAssertionsSigned", "true"},
		{role, "AuthnRequestsSigned", "false"},
		{consumer, "Location", testACS},
		{consumer, "Binding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"},
	} {
		if got, _ := attr(c.el, c.name); got != c.want {
			t.Errorf("%s is %q, want %q", c.name, got, c.want)
		}
	}
}
