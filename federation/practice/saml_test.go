package practice_test

import (
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/crewjam/saml"
	"github.com/google/go-cmp/cmp"

	"portico/federation/practice"
)

// serviceProvider is crewjam's, fed by the provider's own metadata.
func serviceProvider(t *testing.T, p *practice.SAML) *saml.ServiceProvider {
	t.Helper()
	var description saml.EntityDescriptor
	if err := xml.Unmarshal([]byte(body(t, get(t, p.EntityID()))), &description); err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(acs)
	if err != nil {
		t.Fatal(err)
	}
	return &saml.ServiceProvider{
		EntityID: entityID, AcsURL: *address, IDPMetadata: &description, AuthnNameIDFormat: saml.UnspecifiedNameIDFormat,
	}
}

// ask makes a request and its address by HTTP-Redirect.
func ask(t *testing.T, sp *saml.ServiceProvider, change func(*saml.AuthnRequest)) (*saml.AuthnRequest, string) {
	t.Helper()
	request, err := sp.MakeAuthenticationRequest(sp.GetSSOBindingLocation(saml.HTTPRedirectBinding), saml.HTTPRedirectBinding, saml.HTTPPostBinding)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(request)
	}
	address, err := request.Redirect("the-handle", sp)
	if err != nil {
		t.Fatal(err)
	}
	// The query of it, at the provider's own address: a test may have named another Destination.
	return request, sp.GetSSOBindingLocation(saml.HTTPRedirectBinding) + "?" + address.RawQuery
}

// answer goes through the chooser and returns what the last page would post, and to where.
func answer(t *testing.T, address, person string, outcome practice.Outcome) url.Values {
	t.Helper()
	page, err := practice.Choose(t.Context(), still(), address, person, outcome)
	if err != nil {
		t.Fatal(err)
	}
	return posted(t, page)
}

func posted(t *testing.T, page *http.Response) url.Values {
	t.Helper()
	to, fields, err := practice.Fields(page)
	if err != nil {
		t.Fatal(err)
	}
	if to != acs || fields.Get("RelayState") != "the-handle" {
		t.Errorf("posts to %s with RelayState %q", to, fields.Get("RelayState"))
	}
	return fields
}

func document(t *testing.T, fields url.Values) []byte {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(fields.Get("SAMLResponse"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// verify is crewjam's whole check, and the words of its failure.
func verify(sp *saml.ServiceProvider, raw []byte, requestID string) (*saml.Assertion, string) {
	assertion, err := sp.ParseXMLResponse(raw, []string{requestID}, sp.AcsURL)
	var invalid *saml.InvalidResponseError
	if errors.As(err, &invalid) {
		return nil, invalid.PrivateErr.Error()
	}
	if err != nil {
		return nil, err.Error()
	}
	return assertion, ""
}

func TestSAMLSignIn(t *testing.T) {
	for _, binding := range []string{saml.HTTPRedirectBinding, saml.HTTPPostBinding} {
		p := startSAML(t, nil)
		sp := serviceProvider(t, p)
		if err := p.Register(entityID, acs); err != nil {
			t.Fatal(err)
		}
		request, address := ask(t, sp, nil)
		var page *http.Response
		var err error
		if binding == saml.HTTPPostBinding {
			if page, err = still().PostForm(p.SSOURL(), postForm(t, request)); err != nil {
				t.Fatal(err)
			}
		} else {
			page = get(t, address)
		}
		if page, err = practice.ChooseOn(t.Context(), still(), page, "ines-4c1d", ""); err != nil {
			t.Fatal(err)
		}
		assertion, problem := verify(sp, document(t, posted(t, page)), request.ID)
		if problem != "" {
			t.Fatal(problem)
		}
		if name := assertion.Subject.NameID; name.Value != "ines-4c1d" || name.Format != string(saml.PersistentNameIDFormat) {
			t.Errorf("NameID %+v", name)
		}
		want := map[string][]string{
			"email": {"ines.duarte@people.example"}, "name": {"Ines Duarte"}, "given_name": {"Ines"}, "family_name": {"Duarte"},
			"groups": {"engineering", "notes-admins"},
		}
		if diff := cmp.Diff(want, attributeValues(assertion)); diff != "" {
			t.Error(diff)
		}
	}
}

func postForm(t *testing.T, request *saml.AuthnRequest) url.Values {
	t.Helper()
	doc := etree.NewDocument()
	doc.SetRoot(request.Element())
	raw, err := doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString(raw)}, "RelayState": {"the-handle"}}
}

func attributeValues(assertion *saml.Assertion) map[string][]string {
	out := map[string][]string{}
	for _, statement := range assertion.AttributeStatements {
		for _, attribute := range statement.Attributes {
			for _, value := range attribute.Values {
				out[attribute.Name] = append(out[attribute.Name], value.Value)
			}
		}
	}
	return out
}

func TestSAMLRegisterByMetadata(t *testing.T) {
	p := startSAML(t, nil)
	sp := serviceProvider(t, p)
	metadata, err := xml.Marshal(sp.Metadata())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RegisterMetadata(metadata); err != nil {
		t.Fatal(err)
	}
	request, address := ask(t, sp, nil)
	if _, problem := verify(sp, document(t, answer(t, address, "mei-72f0", "")), request.ID); problem != "" {
		t.Error(problem)
	}
}

func TestSAMLNameIDs(t *testing.T) {
	for _, test := range []struct {
		name    string
		kind    practice.NameIDKind
		policy  saml.NameIDFormat
		person  string
		want    string
		problem string
	}{
		{"persistent", practice.NameIDPersistent, "", "kofi-90ab", "kofi-90ab", ""},
		{"unusual ID", practice.NameIDPersistent, "", "Saar|D'Hondt+1", "Saar|D'Hondt+1", ""},
		{"email by option", practice.NameIDEmail, saml.UnspecifiedNameIDFormat, "kofi-90ab", "kofi@people.example", ""},
		{"email by request", practice.NameIDPersistent, saml.EmailAddressNameIDFormat, "kofi-90ab", "kofi@people.example", ""},
		{"nobody's email", practice.NameIDEmail, "", "Saar|D'Hondt+1", "", "InvalidNameIDPolicy"},
		{"unknown format", practice.NameIDPersistent, "urn:x", "kofi-90ab", "", "InvalidNameIDPolicy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := startSAML(t, func(o *practice.SAMLOptions) { o.NameID = test.kind })
			if err := p.Register(entityID, acs); err != nil {
				t.Fatal(err)
			}
			sp := serviceProvider(t, p)
			request, address := ask(t, sp, func(r *saml.AuthnRequest) {
				r.NameIDPolicy = nil
				if test.policy != "" {
					format := string(test.policy)
					r.NameIDPolicy = &saml.NameIDPolicy{Format: &format}
				}
			})
			raw := document(t, answer(t, address, test.person, ""))
			assertion, problem := verify(sp, raw, request.ID)
			if test.problem != "" {
				if assertion != nil || !strings.Contains(string(raw), test.problem) {
					t.Errorf("no %s: %s", test.problem, raw)
				}
				return
			}
			if problem != "" || assertion.Subject.NameID.Value != test.want {
				t.Errorf("%s %+v", problem, assertion)
			}
		})
	}
}

func TestSAMLOutcomes(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	sp := serviceProvider(t, p)
	for outcome, want := range map[practice.Outcome]string{
		practice.SignsIn: "", practice.Cancels: "Responder", practice.Expired: "expired", practice.BadSignature: "ignature",
	} {
		request, address := ask(t, sp, nil)
		raw := document(t, answer(t, address, "kofi-90ab", outcome))
		_, problem := verify(sp, raw, request.ID)
		if problem == "" != (want == "") || !strings.Contains(problem, want) {
			t.Errorf("%s: %q, want %q", outcome, problem, want)
		}
		if strings.Contains(string(raw), "RequestDenied") != (outcome == practice.Cancels) {
			t.Errorf("%s: %s", outcome, raw)
		}
		// The same without a browser's choice.
		p.SetFaults(practice.Faults{Outcome: outcome})
		request, address = ask(t, sp, nil)
		if _, again := verify(sp, document(t, answer(t, address, "kofi-90ab", "")), request.ID); again == "" != (want == "") {
			t.Errorf("%s by option: %q", outcome, again)
		}
		p.SetFaults(practice.Faults{})
	}
}

func TestSAMLNeverAnswersUntilTheClientGivesUp(t *testing.T) {
	p := startSAML(t, func(o *practice.SAMLOptions) { o.Patience = 30 * time.Millisecond })
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	_, address := ask(t, serviceProvider(t, p), nil)
	page, err := practice.Choose(t.Context(), still(), address, "kofi-90ab", practice.NeverAnswers)
	if err != nil {
		t.Fatal(err)
	}
	if text := body(t, page); page.StatusCode != http.StatusServiceUnavailable || strings.Contains(text, "SAMLResponse") {
		t.Errorf("status %d: %s", page.StatusCode, text)
	}
}

func TestSAMLPassiveRequestsAreDeclined(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	_, address := ask(t, serviceProvider(t, p), func(r *saml.AuthnRequest) { r.IsPassive = new(true) })
	if raw := document(t, posted(t, get(t, address))); !strings.Contains(string(raw), saml.StatusNoPassive) {
		t.Errorf("%s", raw)
	}
}

func TestSAMLFaults(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	sp := serviceProvider(t, p)
	for _, test := range []struct {
		name   string
		faults practice.Faults
		want   string // of crewjam's words; empty where it looks away
	}{
		{"other issuer", practice.Faults{OtherIssuer: true}, "Issuer"},
		{"other audience", practice.Faults{OtherAudience: true}, "AudienceRestriction"},
		{"other key", practice.Faults{OtherKey: true}, "ignature"},
		{"unsigned", practice.Faults{Unsigned: true}, "ignature"},
		{"other request", practice.Faults{OtherRequest: true}, "InResponseTo"},
		{"no request", practice.Faults{NoRequest: true}, "InResponseTo"},
		{"other recipient", practice.Faults{OtherRecipient: true}, "Recipient"},
		{"other destination", practice.Faults{OtherDestination: true}, "Destination"},
		{"not yet valid", practice.Faults{NotYetValid: true}, "not yet valid"},
		{"unsigned assertion", practice.Faults{UnsignedAssertion: true}, ""},
		{"unsigned response", practice.Faults{UnsignedResponse: true}, ""},
		{"no audience", practice.Faults{NoAudience: true}, ""},
		{"no confirmation", practice.Faults{NoConfirmation: true}, ""},
		{"no subject", practice.Faults{NoSubject: true}, ""},
		{"SHA-1", practice.Faults{SHA1: true}, ""},
		{"two assertions", practice.Faults{TwoAssertions: true}, ""},
		{"same assertion ID", practice.Faults{SameAssertionID: true}, ""},
	} {
		p.SetFaults(test.faults)
		request, address := ask(t, sp, nil)
		raw := document(t, answer(t, address, "ines-4c1d", ""))
		_, problem := verify(sp, raw, request.ID)
		if problem == "" != (test.want == "") || !strings.Contains(problem, test.want) {
			t.Errorf("%s: %q, want %q", test.name, problem, test.want)
		}
	}
}

// What the switches of the last test do to the document, as crewjam does not look at it.
func TestSAMLFaultsInTheDocument(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	sp := serviceProvider(t, p)
	count := func(f practice.Faults, path string) int {
		p.SetFaults(f)
		_, address := ask(t, sp, nil)
		doc := etree.NewDocument()
		if err := doc.ReadFromBytes(document(t, answer(t, address, "ines-4c1d", ""))); err != nil {
			t.Fatal(err)
		}
		return len(doc.FindElements(path))
	}
	for _, test := range []struct {
		path          string
		faults        practice.Faults
		usual, wanted int
	}{
		{"/Response/Signature", practice.Faults{UnsignedResponse: true}, 1, 0},
		{"/Response/Assertion/Signature", practice.Faults{UnsignedAssertion: true}, 1, 0},
		{"//Signature", practice.Faults{Unsigned: true}, 2, 0},
		{"//Audience", practice.Faults{NoAudience: true}, 1, 0},
		{"//SubjectConfirmation", practice.Faults{NoConfirmation: true}, 1, 0},
		{"/Response/Assertion", practice.Faults{TwoAssertions: true}, 1, 2},
		{"//NameID[text()]", practice.Faults{NoSubject: true}, 1, 0},
		{"//SignatureMethod[@Algorithm='http://www.w3.org/2000/09/xmldsig#rsa-sha1']", practice.Faults{SHA1: true}, 0, 2},
		{"//Assertion[@ID='_the-same-every-time']", practice.Faults{SameAssertionID: true}, 0, 1},
	} {
		if got := count(practice.Faults{}, test.path); got != test.usual {
			t.Errorf("%s: %d as usual, want %d", test.path, got, test.usual)
		}
		if got := count(test.faults, test.path); got != test.wanted {
			t.Errorf("%s: %d, want %d", test.path, got, test.wanted)
		}
	}
}

func TestSAMLPages(t *testing.T) {
	p := startSAML(t, nil)
	if err := p.Register(entityID, acs); err != nil {
		t.Fatal(err)
	}
	_, address := ask(t, serviceProvider(t, p), nil)
	chooser := get(t, address)
	text := body(t, chooser)
	checkFiles(t, checkPage(t, chooser, text))
	for _, want := range []string{"Who is signing in?", "to Acme Notes", "Email not verified", "What should happen?", "Never answer"} {
		if !strings.Contains(text, want) {
			t.Errorf("the chooser has no %q", want)
		}
	}
	page, err := practice.Choose(t.Context(), still(), address, "ines-4c1d", "")
	if err != nil {
		t.Fatal(err)
	}
	text = body(t, page)
	checkFiles(t, checkPage(t, page, text))
	// Without script there is a button; with it the form goes by itself.
	if !strings.Contains(text, `<button class="btn primary" type="submit">Continue</button>`) || !strings.Contains(text, "data-send") {
		t.Error(text)
	}
	for _, path := range []string{"/", "/sso"} {
		r := get(t, strings.TrimSuffix(p.EntityID(), "/metadata")+path)
		checkPage(t, r, body(t, r))
	}
}

func TestSAMLAnswersAtTheDefaultAddress(t *testing.T) {
	p := startSAML(t, nil)
	sp := serviceProvider(t, p)
	metadata := sp.Metadata()
	metadata.SPSSODescriptors[0].AssertionConsumerServices = []saml.IndexedEndpoint{
		{Binding: saml.HTTPPostBinding, Location: "http://app.example/first", Index: 1},
		{Binding: saml.HTTPPostBinding, Location: acs, Index: 2, IsDefault: new(true)},
		{Binding: saml.HTTPArtifactBinding, Location: "http://app.example/artifact", Index: 3},
	}
	raw, err := xml.Marshal(metadata)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.RegisterMetadata(raw); err != nil {
		t.Fatal(err)
	}
	for index, want := range map[string]string{"": acs, "1": "http://app.example/first", "2": acs, "3": "", "4": ""} {
		_, address := ask(t, sp, func(r *saml.AuthnRequest) {
			r.AssertionConsumerServiceURL, r.AssertionConsumerServiceIndex = "", index
		})
		page, err := practice.Choose(t.Context(), still(), address, "ines-4c1d", "")
		if want == "" {
			if err == nil {
				t.Errorf("index %q was answered", index)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if to, _, err := practice.Fields(page); err != nil || to != want {
			t.Errorf("index %q: %s, %v", index, to, err)
		}
	}
}

func TestPeopleAreCopied(t *testing.T) {
	ines := practice.People()[0]
	other := ines.With("email", "x@y.example").With("groups", nil).With("email_verified", "true").With("sub", "x")
	if ines.Email == other.Email || ines.Claims["groups"] == nil {
		t.Errorf("%+v became %+v", ines, other)
	}
	if other.ID != "x" || other.Claims["email_verified"] != "true" || other.Claims["groups"] != nil {
		t.Errorf("%+v", other)
	}
}
