//go:build system

package systemtest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation/practice"
)

// startWithPracticeSAML is the same with testdata/saml.yaml.
func startWithPracticeSAML(t *testing.T) (*server, *portico, *practice.SAML) {
	t.Helper()
	s := newServer(t, "saml.yaml")
	provider, err := practice.NewSAML(practice.SAMLOptions{Name: "Company", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	address := startPractice(t, provider, provider.SetBaseURL)
	if err := provider.Register("urn:amazon:cognito:sp:"+samlPool, s.origin+"/saml2/idpresponse"); err != nil {
		t.Fatal(err)
	}
	metadata, err := provider.Metadata()
	if err != nil {
		t.Fatal(err)
	}
	s.set("SAML_METADATA_URL", address+"/metadata")
	s.set("SAML_METADATA", string(metadata))
	s.set("SAML_EMAIL", "email")
	s.set("SAML_NAME", "name")
	return s, s.app(s.start(), samlPool, "notes", appSecret), provider
}

// TestFaultsOfSAMLProvider: whatever a SAML provider does wrong, or somebody
// does to its response, ends at the app's callback, and makes no user and no
// session.
func TestFaultsOfSAMLProvider(t *testing.T) {
	s, p, provider := startWithPracticeSAML(t)
	inside := s.inside(t)
	before := inside.people(t)
	const (
		bad       = "invalid_request"
		malformed = "Invalid SAML response received"
		signature = "Invalid SAML response received: SAML Response signature is invalid"
		assertion = "Invalid SAML response received: SAML Assertion signature is invalid"
		audience  = "Audience restriction of the SAML assertion does not name this user pool"
		unasked   = "Invalid relayState from identity provider"
		late      = "Invalid SAML response received: The SAML assertion is expired or not yet valid"
	)
	for name, c := range map[string]struct {
		faults                   practice.Faults
		outcome                  practice.Outcome
		code, description, check string
	}{
		"the person cancels":              {outcome: practice.Cancels, code: "access_denied", description: "ByURL Error - RequestDenied", check: "status"},
		"expired":                         {outcome: practice.Expired, code: bad, description: late, check: "issue-instant"},
		"bad signature":                   {outcome: practice.BadSignature, code: bad, description: signature, check: "signature"},
		"unsigned":                        {faults: practice.Faults{Unsigned: true}, code: bad, description: signature, check: "unsigned"},
		"signed again by another":         {faults: practice.Faults{OtherKey: true}, code: bad, description: signature, check: "signature"},
		"signed again, response unsigned": {faults: practice.Faults{OtherKey: true, UnsignedResponse: true}, code: bad, description: assertion, check: "signature"},
		"signed with SHA-1":               {faults: practice.Faults{SHA1: true}, code: bad, description: signature, check: "signature"},
		"other issuer":                    {faults: practice.Faults{OtherIssuer: true}, code: bad, description: malformed, check: "issuer"},
		"other audience":                  {faults: practice.Faults{OtherAudience: true}, code: bad, description: audience, check: "audience"},
		"no audience":                     {faults: practice.Faults{NoAudience: true}, code: bad, description: audience, check: "audience"},
		"other recipient":                 {faults: practice.Faults{OtherRecipient: true}, code: bad, description: malformed, check: "recipient"},
		"other destination":               {faults: practice.Faults{OtherDestination: true}, code: bad, description: malformed, check: "destination"},
		"answer to another":               {faults: practice.Faults{OtherRequest: true}, code: bad, description: unasked, check: "in-response-to"},
		"answer to nothing":               {faults: practice.Faults{NoRequest: true}, code: bad, description: unasked, check: "in-response-to"},
		"no confirmation":                 {faults: practice.Faults{NoConfirmation: true}, code: bad, description: malformed, check: "subject-confirmation"},
		"not yet valid":                   {faults: practice.Faults{NotYetValid: true}, code: bad, description: late, check: "not-yet-valid"},
		"two assertions":                  {faults: practice.Faults{TwoAssertions: true}, code: bad, description: malformed, check: "shape"},
		"no subject":                      {faults: practice.Faults{NoSubject: true}, code: bad, description: "Invalid SAML response received: NameID is required", check: "name-id"},
	} {
		t.Run(name, func(t *testing.T) {
			provider.SetFaults(c.faults)
			back := atProvider(t, p, "ByURL", c.outcome)
			wantRefusedThere(t, p, inside, before, back, c.code, c.description, c.check)
		})
	}
	provider.SetFaults(practice.Faults{})
	codeOf(t, atProvider(t, p, "ByURL", practice.SignsIn)) // without a fault all is well
	if after := inside.people(t); after == before {
		t.Errorf("after a sign-in there are still %s", after)
	}
}

// TestSAMLResponseElsewhere takes a good response to another browser, changes
// it, and posts it twice.
func TestSAMLResponseElsewhere(t *testing.T) {
	s, p, provider := startWithPracticeSAML(t)
	inside := s.inside(t)
	before := inside.people(t)
	them := newPerson(t, p.transport)
	begin := func() *http.Request {
		return them.travel(p.authorize("identity_provider", "ByURL", "prompt", "login"), p.Domain+"/saml2/", map[string]string{"person": inesAtHarbor})
	}
	response := begin()
	wantPage(t, p, newPerson(t, p.transport).try(response), http.StatusBadRequest, "Invalid state") // login CSRF
	form := formOf(t, response)
	for name, change := range map[string]func(url.Values){
		"no RelayState":      func(f url.Values) { f.Del("RelayState") },
		"foreign RelayState": func(f url.Values) { f.Set("RelayState", "tov000.AAAAAAAAAAAAAAAAAAAAAA") },
		"hostile RelayState": func(f url.Values) { f.Set("RelayState", "https://evil.example/\r\nSet-Cookie: a=b") },
		"neither":            func(f url.Values) { f.Del("RelayState"); f.Del("SAMLResponse") },
	} {
		t.Run(name, func(t *testing.T) {
			changed := formOf(t, response)
			change(changed)
			got := them.try(formPost(t, response.URL.String(), changed.Encode()))
			if got.status == http.StatusFound {
				wantPage(t, p, got, http.StatusBadRequest, "Invalid state")
			} else { // an old handle: the sign-in has expired
				wantPage(t, p, got, http.StatusBadRequest, "")
			}
		})
	}
	// A good one works once.
	good := them.try(response)
	codeOf(t, location(t, good))
	wantPage(t, p, them.try(response), http.StatusBadRequest, "Invalid state")

	for name, change := range map[string]func(xml string) string{
		"another subject": func(xml string) string { return strings.ReplaceAll(xml, inesAtHarbor, kofiAtNorthwind) },
		"another address": func(xml string) string { return strings.ReplaceAll(xml, "ines.duarte@", "kofi.mensah@") },
		"comment in it":   func(xml string) string { return strings.Replace(xml, inesAtHarbor, "ines<!-- -->-4c1d", 1) },
		"a DTD":           func(xml string) string { return `<!DOCTYPE x [<!ENTITY e "x">]>` + xml },
		"cut off":         func(xml string) string { return xml[:len(xml)/2] },
		"not XML":         func(string) string { return "SAMLResponse" },
		"nothing":         func(string) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			request := begin()
			form := formOf(t, request)
			xml, err := base64.StdEncoding.DecodeString(form.Get("SAMLResponse"))
			if err != nil {
				t.Fatal(err)
			}
			changed := change(string(xml))
			if changed == string(xml) {
				t.Fatal("nothing was changed")
			}
			form.Set("SAMLResponse", base64.StdEncoding.EncodeToString([]byte(changed)))
			back := location(t, them.try(formPost(t, request.URL.String(), form.Encode())))
			if query := back.Query(); query.Get("error") != "invalid_request" || query.Has("code") {
				t.Errorf("came back with %q", query)
			}
		})
	}
	for name, body := range map[string]string{"not base64": "%%%", "oversized": strings.Repeat("A", 200_000)} {
		t.Run(name, func(t *testing.T) {
			request := begin()
			form := formOf(t, request)
			form.Set("SAMLResponse", body)
			if query := location(t, them.try(formPost(t, request.URL.String(), form.Encode()))).Query(); query.Get("error") != "invalid_request" || query.Has("code") {
				t.Errorf("came back with %q", query)
			}
		})
	}
	t.Run("beyond every limit", func(t *testing.T) {
		form.Set("SAMLResponse", strings.Repeat("A", 600_000))
		wantPage(t, p, them.try(formPost(t, response.URL.String(), form.Encode())), http.StatusRequestEntityTooLarge, "")
	})
	t.Run("assertion ID used before", func(t *testing.T) {
		provider.SetFaults(practice.Faults{SameAssertionID: true})
		codeOf(t, location(t, them.try(begin())))
		wantPage(t, p, them.try(begin()), http.StatusBadRequest, "Invalid state")
	})
	if after := inside.people(t); !strings.HasPrefix(after, "1 users 1 identities") || before[0] != '0' {
		t.Errorf("there were %s; now there are %s", before, after)
	}
}

// formOf is the form a request posts.
func formOf(t *testing.T, request *http.Request) url.Values {
	t.Helper()
	body, err := request.GetBody()
	if err != nil {
		t.Fatal(err)
	}
	form, err := url.ParseQuery(readAll(t, body))
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func formPost(t *testing.T, address, body string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request
}

// location is where a redirect leads.
func location(t *testing.T, got reply) *url.URL {
	t.Helper()
	to, err := url.Parse(got.header.Get("Location"))
	if err != nil || got.status != http.StatusFound {
		t.Fatalf("answered with %d, %v:\n%s", got.status, err, got.body)
	}
	return to
}
