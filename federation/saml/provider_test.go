package saml

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net/url"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"

	"github.com/beevik/etree"
)

const (
	testPool = userpool.ID("us-east-1_Ab1Cd2Ef3")
	testACS  = "https://auth.example/saml2/idpresponse"
	testName = "Corp"
)

func testAddresses() userpool.Addresses {
	return userpool.Addresses{Issuer: "https://auth.example/" + string(testPool), Origin: "https://auth.example"}
}

// testConfig is a provider whose metadata is a text.
func testConfig(metadata string) Config {
	return Config{
		Provider: &userpool.IdentityProvider{
			Pool: testPool, Name: testName, Type: userpool.TypeSAML,
			Details:  userpool.ProviderDetails{"MetadataFile": metadata},
			Modified: noon().AddDate(0, -1, 0),
		},
		Pool: testPool,
		At:   testAddresses(),
		Now:  noon,
	}
}

// ownKey is a key of ours, made long before noon.
func ownKey(tb testing.TB, file, provider string, generation int64) userpool.SAMLKey {
	tb.Helper()
	pair := loadPair(tb, file)
	private, err := x509.MarshalPKCS8PrivateKey(pair.key)
	if err != nil {
		tb.Fatal(err)
	}
	key, err := userpool.SAMLKey{
		Pool: testPool, Provider: provider, Generation: generation, Created: noon().AddDate(-1, 0, 0), Certificate: pair.certificate,
	}.WithPrivate(private)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// ownKeys are the keys of ours that the tests' provider knows.
func ownKeys(tb testing.TB) userpool.SAMLKeys {
	tb.Helper()
	return userpool.SAMLKeys{
		Signing:    []userpool.SAMLKey{ownKey(tb, "sp-signing", "", 1)},
		Encryption: []userpool.SAMLKey{ownKey(tb, "sp-encryption", testName, 1)},
	}
}

// withDetails is a provider with keys and further details, as key, value, key, value.
func withDetails(tb testing.TB, metadata string, details ...string) *Provider {
	tb.Helper()
	config, keys := testConfig(metadata), ownKeys(tb)
	config.Keys = func() userpool.SAMLKeys { return keys }
	for i := 0; i < len(details); i += 2 {
		config.Provider.Details[details[i]] = details[i+1]
	}
	p, err := New(config)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func newProvider(tb testing.TB, metadata string) *Provider {
	tb.Helper()
	p, err := New(testConfig(metadata))
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// answerTo is a response as the browser posts it.
func answerTo(document string) federation.Answer {
	return federation.Answer{
		Post:   true,
		Memory: federation.Memory{RequestID: requestID, Issued: noon().Add(-time.Minute)},
		Form: url.Values{
			"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(document))},
			"RelayState":   {"handle"},
		},
	}
}

// fixture is a provider and its identity provider.
type fixture struct {
	*Provider
	pair keyPair
}

func newFixture(tb testing.TB) fixture {
	tb.Helper()
	pair := loadPair(tb, "provider")
	return fixture{newProvider(tb, metadataOf(pair)), pair}
}

// signedBy says which element of a good response is signed.
type signedBy int

const (
	byResponse signedBy = iota
	byAssertion
	byBoth
)

// signed writes a reply and signs it.
func (f fixture) signed(tb testing.TB, r reply, by signedBy) *etree.Document {
	tb.Helper()
	doc := r.document(tb)
	if by != byResponse {
		goodSigner(f.pair).apply(tb, assertionOf(doc))
	}
	if by != byAssertion {
		goodSigner(f.pair).apply(tb, doc.Root())
	}
	return doc
}

// finish posts a document.
func (f fixture) finish(tb testing.TB, document string) (federation.Assertion, error) {
	tb.Helper()
	return f.Finish(tb.Context(), answerTo(document))
}

// accepts posts a document that must pass.
func (f fixture) accepts(tb testing.TB, doc *etree.Document) federation.Assertion {
	tb.Helper()
	assertion, err := f.finish(tb, write(tb, doc))
	if err != nil {
		tb.Fatalf("refused: %v: %v", err, errors.Unwrap(err))
	}
	return assertion
}

// refuses posts a document that must fail at one check, so that a test cannot pass by failing elsewhere.
func (f fixture) refuses(tb testing.TB, doc *etree.Document, check string) *federation.Error {
	tb.Helper()
	return f.refusesText(tb, write(tb, doc), check)
}

func (f fixture) refusesText(tb testing.TB, document, check string) *federation.Error {
	tb.Helper()
	assertion, err := f.finish(tb, document)
	return wantRefusal(tb, assertion, err, check)
}

func wantRefusal(tb testing.TB, assertion federation.Assertion, err error, check string) *federation.Error {
	tb.Helper()
	if err == nil {
		tb.Fatalf("accepted as %q, want a refusal by %q", assertion.Subject, check)
	}
	if assertion.Subject != "" || assertion.Claims != nil || assertion.Spend != nil {
		tb.Errorf("a refusal brings an assertion: %+v", assertion)
	}
	refusal, ok := federation.AsError(err)
	if !ok {
		tb.Fatalf("not a *federation.Error: %v", err)
	}
	if refusal.Check != check {
		tb.Errorf("refused by %q (%v), want %q", refusal.Check, refusal.Cause, check)
	}
	return refusal
}
