package saml

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"

	"github.com/google/go-cmp/cmp"
	roundtrip "github.com/mattermost/xml-roundtrip-validator"
)

// FuzzFinish: whatever is made of a signed response either fails with a *federation.Error and brings nothing, or says
// exactly what the provider signed. Times are those of the test, so what passes once passes always.
func FuzzFinish(f *testing.F) {
	fixture := newOpener(f)
	for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
		f.Add([]byte(write(f, fixture.signed(f, goodReply(), by))))
		f.Add([]byte(write(f, fixture.encrypted(f, by, goodEncrypter(f)))))
	}
	for _, attack := range attacks() {
		doc := fixture.signed(f, goodReply(), byBoth)
		attack(doc)
		f.Add([]byte(write(f, doc)))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		began := time.Now()
		got, err := fixture.Finish(t.Context(), answerTo(string(document)))
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("took %s", took)
		}
		if err == nil {
			wantJane(t, got)
			return
		}
		refusal, ok := federation.AsError(err)
		if !ok {
			t.Fatalf("not a *federation.Error: %v", err)
		}
		if refusal.Check == checkPanic {
			t.Errorf("a panic: %v", refusal.Cause)
		}
		if diff := cmp.Diff(federation.Assertion{}, got); diff != "" {
			t.Errorf("an error brings an assertion:\n%s", diff)
		}
	})
}

// FuzzParse: what parse lets pass is the same after encoding/xml has written and read it.
func FuzzParse(f *testing.F) {
	for _, document := range unstable() {
		f.Add([]byte(document))
	}
	fixture := newFixture(f)
	f.Add([]byte(write(f, fixture.signed(f, goodReply(), byBoth))))
	f.Add([]byte(metadataOf(fixture.pair)))
	f.Fuzz(func(t *testing.T, document []byte) {
		if _, err := parse(document, responseLimits()); err != nil {
			return
		}
		if err := roundtrip.Validate(bytes.NewReader(document)); err != nil {
			t.Errorf("parsed, and unstable: %v", err)
		}
	})
}

// FuzzMetadata: what is read can be used, and reading it again gives the same.
func FuzzMetadata(f *testing.F) {
	f.Add([]byte(metadataOf(loadPair(f, "provider"))))
	f.Add(SPMetadata(Description{Pool: testPool, At: testAddresses()}))
	f.Fuzz(func(t *testing.T, document []byte) {
		got, err := parseMetadata(document, expectation{configured: noon()})
		if err != nil {
			return
		}
		if got.entityID == "" || len(got.certificates) == 0 || got.signOn.redirect == nil && got.signOn.post == nil {
			t.Errorf("accepted, and of no use: %+v", got)
		}
		for _, address := range []*url.URL{got.signOn.redirect, got.signOn.post} {
			if address != nil && !strings.HasPrefix(address.String(), "http") {
				t.Errorf("sends a browser to %s", address)
			}
		}
	})
}

// FuzzPosted: any text in the field ends in a *federation.Error.
func FuzzPosted(f *testing.F) {
	f.Add(base64.StdEncoding.EncodeToString([]byte("<Response/>")))
	f.Add("%%%")
	fixture := newFixture(f)
	f.Fuzz(func(t *testing.T, field string) {
		answer := answerTo("")
		answer.Form = url.Values{"SAMLResponse": {field}}
		if _, err := fixture.Finish(t.Context(), answer); err != nil {
			if refusal, ok := federation.AsError(err); !ok || refusal.Check == checkPanic {
				t.Errorf("error %v", err)
			}
		}
	})
}
