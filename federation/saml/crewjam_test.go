package saml

import (
	"encoding/xml"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"

	"github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
)

// library is crewjam/saml in the part of the identity provider: somebody else's reading of our metadata and request,
// and somebody else's response. It runs by the real clock, which it takes from a package variable.
type library struct {
	saml.IdentityProvider
	knows string // our entity ID
	ours  *saml.EntityDescriptor
}

func (l *library) GetServiceProvider(_ *http.Request, entityID string) (*saml.EntityDescriptor, error) {
	if entityID != l.knows {
		return nil, os.ErrNotExist
	}
	return l.ours, nil
}

func (l *library) GetSession(http.ResponseWriter, *http.Request, *saml.IdpAuthnRequest) *saml.Session {
	return &saml.Session{
		ID: "1", Index: "index", CreateTime: time.Now(), ExpireTime: time.Now().Add(time.Hour),
		NameID: "jane@corp.example", NameIDFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
		UserEmail: "jane@corp.example", UserGivenName: "Jane",
		CustomAttributes: []saml.Attribute{{Name: "groups", Values: []saml.AttributeValue{{Value: "a"}, {Value: "b"}}}},
	}
}

func startLibrary(t *testing.T) *library {
	t.Helper()
	pair := loadPair(t, "provider")
	l := &library{knows: testPool.EntityID(), ours: &saml.EntityDescriptor{}}
	if err := xml.Unmarshal(SPMetadata(Description{Pool: testPool, At: testAddresses()}), l.ours); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	l.IdentityProvider = saml.IdentityProvider{
		Key: pair.key, Certificate: pair.certificate, Logger: log.New(t.Output(), "", 0), SignatureMethod: dsig.RSASHA256SignatureMethod,
		MetadataURL: *base.JoinPath("metadata"), SSOURL: *base.JoinPath("sso"),
		ServiceProviderProvider: l, SessionProvider: l,
	}
	mux.Handle("/", l.Handler())
	return l
}

// answer carries an SSO request there and back, as a browser does.
func (l *library) answer(t *testing.T, departure federation.Departure) url.Values {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, departure.URL, http.NoBody)
	if departure.Form != nil {
		form := url.Values{}
		for _, field := range departure.Form {
			form.Set(field.Name, field.Value)
		}
		request = httptest.NewRequest(http.MethodPost, departure.URL, strings.NewReader(form.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	read, err := saml.NewIdpAuthnRequest(&l.IdentityProvider, request)
	if err != nil {
		t.Fatal(err)
	}
	if err := read.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := (saml.DefaultAssertionMaker{}).MakeAssertion(read, l.GetSession(nil, request, read)); err != nil {
		t.Fatal(err)
	}
	form, err := read.PostBinding()
	if err != nil {
		t.Fatal(err)
	}
	if form.URL != testACS {
		t.Errorf("answers to %s", form.URL)
	}
	return url.Values{"SAMLResponse": {form.SAMLResponse}, "RelayState": {form.RelayState}}
}

func TestRoundTripWithCrewjam(t *testing.T) {
	l := startLibrary(t)
	config := testConfig("")
	config.Provider.Details = userpool.ProviderDetails{"MetadataURL": l.MetadataURL.String()}
	config.Client, config.Now = http.DefaultClient, time.Now
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	departure, memory := begin(t, p, federation.Start{Handle: "handle"})
	form := l.answer(t, departure)
	if form.Get("RelayState") != "handle" {
		t.Errorf("RelayState %q", form.Get("RelayState"))
	}
	answer := federation.Answer{Memory: memory, Form: form, Post: true}
	got, err := p.Finish(t.Context(), answer)
	if err != nil {
		failure, _ := federation.AsError(err)
		t.Fatalf("refused: %v: %v", err, failure.Cause)
	}
	groups := got.Claims["groups"]
	if got.Subject != "jane@corp.example" || got.Issuer != l.MetadataURL.String() || got.Session["session_index"] != "index" ||
		got.Claims["urn:oid:2.5.4.42"][0] != "Jane" || len(groups) != 2 || groups[1] != "b" {
		t.Errorf("asserts %+v", got)
	}
	answer.Memory.RequestID = "_of-somebody-else"
	other, err := p.Finish(t.Context(), answer)
	wantRefusal(t, other, err, checkInResponse)
}

// TestRoundTripWithCrewjamByPost uses the HTTP-POST binding for the request.
func TestRoundTripWithCrewjamByPost(t *testing.T) {
	l := startLibrary(t)
	document, err := xml.Marshal(l.Metadata())
	if err != nil {
		t.Fatal(err)
	}
	config := testConfig(strings.Replace(string(document), "bindings:HTTP-Redirect", "bindings:SOAP", 1))
	config.Now = time.Now
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	departure, memory := begin(t, p, federation.Start{Handle: "handle", Prompt: "login"})
	if departure.Form == nil {
		t.Fatal("not by POST")
	}
	got, err := p.Finish(t.Context(), federation.Answer{Memory: memory, Form: l.answer(t, departure), Post: true})
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject != "jane@corp.example" {
		t.Errorf("asserts %+v", got)
	}
}

// TestRoundTripWithCrewjamEncrypted: the library knows CBC only, and signs the Response around it as well.
func TestRoundTripWithCrewjamEncrypted(t *testing.T) {
	l := startLibrary(t)
	keys := ownKeys(t)
	*l.ours = saml.EntityDescriptor{}
	if err := xml.Unmarshal(SPMetadata(Description{Pool: testPool, At: testAddresses(), Keys: keys}), l.ours); err != nil {
		t.Fatal(err)
	}
	config := testConfig("")
	config.Provider.Details = userpool.ProviderDetails{"MetadataURL": l.MetadataURL.String(), "EncryptedResponses": "true"}
	config.Client, config.Now, config.Keys = http.DefaultClient, time.Now, func() userpool.SAMLKeys { return keys }
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	departure, memory := begin(t, p, federation.Start{Handle: "handle"})
	got, err := p.Finish(t.Context(), federation.Answer{Memory: memory, Form: l.answer(t, departure), Post: true})
	if err != nil {
		failure, _ := federation.AsError(err)
		t.Fatalf("refused: %v: %v", err, failure.Cause)
	}
	if got.Subject != "jane@corp.example" {
		t.Errorf("asserts %+v", got)
	}
}

// TestCrewjamSHA1: the library signs by SHA-1 unless told otherwise.
func TestCrewjamSHA1(t *testing.T) {
	l := startLibrary(t)
	l.SignatureMethod = ""
	config := testConfig("")
	config.Provider.Details = userpool.ProviderDetails{"MetadataURL": l.MetadataURL.String()}
	config.Client, config.Now = http.DefaultClient, time.Now
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	departure, memory := begin(t, p, federation.Start{Handle: "handle"})
	got, err := p.Finish(t.Context(), federation.Answer{Memory: memory, Form: l.answer(t, departure), Post: true})
	wantRefusal(t, got, err, checkSignature)
}
