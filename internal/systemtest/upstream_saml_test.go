//go:build system

package systemtest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/crewjam/saml/samlidp"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	samlPool = "us-east-1_Upstream2" // of testdata/saml.yaml
	// What samlidp calls a person's address and name.
	samlidpEmail = "urn:oid:1.3.6.1.4.1.5923.1.1.1.6"
	samlidpName  = "urn:oid:2.5.4.3"
)

// TestSAMLIDPUpstream signs in through crewjam's SAML identity provider, known
// once by the address of its metadata and once by their text.
func TestSAMLIDPUpstream(t *testing.T) {
	s := newServer(t, "saml.yaml")
	upstream := startSAMLIDP(t)
	s.set("SAML_METADATA_URL", upstream.URL+"/metadata")
	s.set("SAML_METADATA", string(upstream.get(t, upstream.URL+"/metadata")))
	s.set("SAML_EMAIL", samlidpEmail)
	s.set("SAML_NAME", samlidpName)
	p := s.app(s.start(), samlPool, "notes", appSecret)
	upstream.put(t, "/services/portico", upstream.get(t, s.origin+"/saml2/metadata"))

	for _, provider := range []string{"ByURL", "ByFile"} {
		t.Run(provider, func(t *testing.T) {
			upstream.setPerson(t, "Ada Company")
			answers := map[string]string{"user": "ada", "password": "company-secret"}
			first := signInThrough(t, p, provider, answers)
			claims := claimsOf(t, first.IDToken)
			wantClaims(t, claims, map[string]any{
				"cognito:username": provider + "_ada@company.example", "email": "ada@company.example", "name": "Ada Company",
			})
			wantIdentity(t, claims, map[string]any{
				"providerName": provider, "providerType": "SAML", "userId": "ada@company.example", "issuer": upstream.URL + "/metadata", "primary": "true",
			})
			wantGroup(t, first, samlPool+"_"+provider)

			upstream.setPerson(t, "Ada Promoted")
			second := signInThrough(t, p, provider, answers)
			wantClaims(t, claimsOf(t, second.IDToken), map[string]any{
				"sub": claims["sub"], "cognito:username": provider + "_ada@company.example", "name": "Ada Promoted",
			})
		})
	}
}

// company is samlidp with its interface for administrators.
type company struct{ *httptest.Server }

func startSAMLIDP(t *testing.T) company {
	t.Helper()
	key, certificate := samlCertificate(t)
	// The address is part of the provider's settings, so the socket comes first.
	server := httptest.NewUnstartedServer(nil)
	address := url.URL{Scheme: "http", Host: server.Listener.Addr().String()}
	provider, err := samlidp.New(samlidp.Options{
		URL: address, Key: key, Certificate: certificate, Store: &samlidp.MemoryStore{}, Logger: log.New(t.Output(), "samlidp: ", 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	provider.IDP.SignatureMethod = dsig.RSASHA256SignatureMethod // SHA-1 unless told otherwise
	provider.IDP.LoginURL = provider.IDP.SSOURL                  // its own login page forgets the request
	server.Config.Handler = provider
	server.Start()
	t.Cleanup(server.Close)
	return company{server}
}

// setPerson makes Ada, or gives her another name.
func (c company) setPerson(t *testing.T, name string) {
	t.Helper()
	password := "company-secret"
	text, err := json.Marshal(samlidp.User{Name: "ada", Email: "ada@company.example", CommonName: name, PlaintextPassword: &password})
	if err != nil {
		t.Fatal(err)
	}
	c.put(t, "/users/ada", text)
}

func (c company) put(t *testing.T, path string, body []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodPut, c.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	c.do(t, request)
}

func (c company) get(t *testing.T, address string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(within(t), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.do(t, request)
}

func (c company) do(t *testing.T, request *http.Request) []byte {
	t.Helper()
	response, err := c.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %v\n%s", request.Method, request.URL, response.Status, err, body)
	}
	return body
}

// samlCertificate makes the key of a SAML provider and a certificate around it.
func samlCertificate(t *testing.T) (*rsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Company"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, certificate
}
