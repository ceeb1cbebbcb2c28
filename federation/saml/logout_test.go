package saml

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	dsig "github.com/russellhaering/goxmldsig"
)

const (
	idpSLO   = "https://idp.example/slo"
	testSLO  = "https://auth.example/saml2/logout"
	testBack = "k0.state"
)

// withLogout is metadata of a provider that signs people out, at these addresses of a SingleLogoutService.
func withLogout(tb testing.TB, services string) string {
	tb.Helper()
	return strings.Replace(metadataOf(loadPair(tb, "provider")), "<SingleSignOnService", services+"<SingleSignOnService", 1)
}

const (
	sloRedirect = `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + idpSLO + `" ResponseLocation="` + idpSLO + `/done"/>`
	sloPost     = `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="` + idpSLO + `/post"/>`
	sloSOAP     = `<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="` + idpSLO + `/soap"/>`
)

func newLogout(tb testing.TB, services string) fixture {
	tb.Helper()
	return fixture{withDetails(tb, withLogout(tb, services)), loadPair(tb, "provider")}
}

func TestLogoutRequest(t *testing.T) {
	f := newLogout(t, sloSOAP+sloPost+sloRedirect)
	departure, ok := f.SignOut(t.Context(), federation.SignOut{Session: jane().Session, State: testBack})
	if !ok || departure.Form != nil {
		t.Fatalf("%v %+v", ok, departure)
	}
	verifyQuery(t, departure.URL, ownKeys(t).Signing[0].Certificate, "SAMLRequest", "RelayState", "SigAlg")
	to, err := url.Parse(departure.URL)
	if err != nil {
		t.Fatal(err)
	}
	if to.Host+to.Path != "idp.example/slo" || to.Query().Get("RelayState") != testBack {
		t.Errorf("goes to %s", departure.URL)
	}
	request := inflate(t, to.Query().Get("SAMLRequest"))
	if !is(request, nsProtocol, "LogoutRequest") {
		t.Fatalf("sends %s", request.Tag)
	}
	got := map[string]string{}
	for _, name := range []string{"ID", "Version", "IssueInstant", "Destination", "NotOnOrAfter"} {
		got[name], _ = attr(request, name)
	}
	for _, el := range request.ChildElements() {
		got[el.Tag] = el.Text()
		for _, a := range el.Attr {
			got[el.Tag+"/"+a.Key] = a.Value
		}
	}
	want := map[string]string{
		"ID": logoutID(testBack), "Version": "2.0", "IssueInstant": "2026-03-01T12:00:00Z", "NotOnOrAfter": "2026-03-01T12:05:00Z",
		"Destination": idpSLO, "Issuer": testPool.EntityID(), "NameID": "jane@corp.example", "SessionIndex": "s1",
		"NameID/Format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "NameID/NameQualifier": "q", "NameID/SPNameQualifier": "sq",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestLogoutRequestByPost(t *testing.T) {
	f := newLogout(t, sloPost)
	departure, ok := f.SignOut(t.Context(), federation.SignOut{Session: map[string]string{"name_id": "jane <&"}, State: testBack})
	if !ok || departure.URL != idpSLO+"/post" || len(departure.Form) != 2 || departure.Form[1].Value != testBack {
		t.Fatalf("%v %+v", ok, departure)
	}
	document, err := base64.StdEncoding.DecodeString(departure.Form[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	request, err := verify(readDocument(t, string(document)).Root(), certificatesOf(ownKeys(t).Signing))
	if err != nil {
		t.Fatal(err)
	}
	if name := request.SelectElement("NameID"); name.Text() != "jane <&" || name.SelectAttr("Format") != nil {
		t.Errorf("names %q", name.Text())
	}
}

// TestNoLogoutRequest: where the provider offers no sign-out, or nothing is known of its session, signing out stays here.
func TestNoLogoutRequest(t *testing.T) {
	for name, f := range map[string]fixture{"none": newFixture(t), "SOAP only": newLogout(t, sloSOAP)} {
		if departure, ok := f.SignOut(t.Context(), federation.SignOut{Session: jane().Session, State: testBack}); ok {
			t.Errorf("%s: goes to %s", name, departure.URL)
		}
	}
	if _, ok := newLogout(t, sloRedirect).SignOut(t.Context(), federation.SignOut{State: testBack}); ok {
		t.Error("signs nobody out")
	}
	config := testConfig(withLogout(t, sloRedirect)) // no key
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if departure, ok := p.SignOut(t.Context(), federation.SignOut{Session: jane().Session, State: testBack}); ok {
		t.Errorf("an unsigned LogoutRequest to %s", departure.URL)
	}
}

// logoutText is a message of the logout profile by the provider.
type logoutText struct{ tag, attrs, issuer, rest string }

func goodLogoutResponse() logoutText {
	return logoutText{
		"LogoutResponse", fmt.Sprintf(`ID="_answer" Version="2.0" IssueInstant="%s" Destination="%s" InResponseTo="%s"`, stamp(noon()), testSLO, logoutID(testBack)),
		idpEntity, `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`,
	}
}

func goodLogoutRequest() logoutText {
	return logoutText{
		"LogoutRequest", fmt.Sprintf(`ID="_logout" Version="2.0" IssueInstant="%s" Destination="%s" NotOnOrAfter="%s"`, stamp(noon()), testSLO, stamp(noon().Add(time.Minute))),
		idpEntity, `<saml:NameID>jane@corp.example</saml:NameID><samlp:SessionIndex>s1</samlp:SessionIndex><samlp:SessionIndex>s2</samlp:SessionIndex>`,
	}
}

func (l logoutText) document(tb testing.TB) *etree.Document {
	tb.Helper()
	return readDocument(tb, fmt.Sprintf(`<samlp:%s xmlns:samlp="%s" xmlns:saml="%s" %s><saml:Issuer>%s</saml:Issuer>%s</samlp:%s>`,
		l.tag, nsProtocol, nsAssertion, l.attrs, l.issuer, l.rest, l.tag))
}

func (l logoutText) parameter() string { return "SAML" + strings.TrimPrefix(l.tag, "Logout") }

// byPost is the message as the browser posts it, signed unless pair has no key.
func (l logoutText) byPost(tb testing.TB, pair keyPair) federation.Answer {
	tb.Helper()
	doc := l.document(tb)
	if pair.key != nil {
		goodSigner(pair).apply(tb, doc.Root())
	}
	return postedMessage(l.parameter(), write(tb, doc))
}

func postedMessage(parameter, document string) federation.Answer {
	return federation.Answer{Post: true, Form: url.Values{
		parameter: {base64.StdEncoding.EncodeToString([]byte(document))}, "RelayState": {testBack},
	}}
}

// byRedirect is the message in a query, signed unless pair has no key.
func (l logoutText) byRedirect(tb testing.TB, pair keyPair) federation.Answer {
	tb.Helper()
	return redirected(signedQuery(tb, pair, l.parameter(), packed(tb, write(tb, l.document(tb))), dsig.RSASHA256SignatureMethod))
}

func redirected(query string) federation.Answer {
	form, _ := url.ParseQuery(query)
	return federation.Answer{Form: form, RawQuery: query}
}

func packed(tb testing.TB, document string) string {
	tb.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = w.Write([]byte(document))
	_ = w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// signedQuery escapes as Microsoft's software does, in lower case, which is not how Go would write it again.
func signedQuery(tb testing.TB, pair keyPair, parameter, value, method string) string {
	tb.Helper()
	lower := strings.NewReplacer("%2F", "%2f", "%2B", "%2b", "%3D", "%3d", "%3A", "%3a")
	query := parameter + "=" + lower.Replace(url.QueryEscape(value)) + "&RelayState=" + testBack
	if pair.key == nil {
		return query
	}
	query += "&SigAlg=" + lower.Replace(url.QueryEscape(method))
	sum := sha256.Sum256([]byte(query))
	signature, err := pair.key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		tb.Fatal(err)
	}
	return query + "&Signature=" + lower.Replace(url.QueryEscape(base64.StdEncoding.EncodeToString(signature)))
}

func TestLogoutResponse(t *testing.T) {
	f := newLogout(t, sloRedirect)
	partial := goodLogoutResponse()
	partial.rest = strings.Replace(partial.rest, `"/>`, `"><samlp:StatusCode Value="`+statusPrefix+`PartialLogout"/></samlp:StatusCode>`, 1)
	for _, response := range []logoutText{goodLogoutResponse(), partial} {
		for _, answer := range []federation.Answer{response.byPost(t, f.pair), response.byRedirect(t, f.pair)} {
			if err := f.FinishSignOut(t.Context(), testBack, answer); err != nil {
				refusal, _ := federation.AsError(err)
				t.Errorf("refused: %v: %v", err, refusal.Cause)
			}
		}
	}
}

func TestLogoutRequestOfTheProvider(t *testing.T) {
	f := newLogout(t, sloRedirect+sloPost)
	for _, answer := range []federation.Answer{goodLogoutRequest().byPost(t, f.pair), goodLogoutRequest().byRedirect(t, f.pair)} {
		request, err := f.ReadSignOut(t.Context(), answer)
		if err != nil {
			refusal, _ := federation.AsError(err)
			t.Fatalf("refused: %v: %v", err, refusal.Cause)
		}
		want := federation.SignOutRequest{
			ID: "_logout", Subject: "jane@corp.example", Sessions: []string{"s1", "s2"}, State: testBack,
			Spend: federation.Once{Purpose: "saml-logout-request", ID: "Corp _logout", Until: noon().Add(maxAge + 2*clockSkew)},
		}
		if diff := cmp.Diff(want, request); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
		departure, err := f.AnswerSignOut(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		verifyQuery(t, departure.URL, ownKeys(t).Signing[0].Certificate, "SAMLResponse", "RelayState", "SigAlg")
		to, err := url.Parse(departure.URL)
		if err != nil {
			t.Fatal(err)
		}
		response := inflate(t, to.Query().Get("SAMLResponse"))
		answers, _ := attr(response, "InResponseTo")
		destination, _ := attr(response, "Destination")
		code, _ := attr(response.FindElement(".//StatusCode"), "Value")
		if answers != "_logout" || destination != idpSLO+"/done" || code != statusPrefix+"Success" || to.Query().Get("RelayState") != testBack {
			t.Errorf("answers %s at %s with %s", answers, destination, code)
		}
	}
}

// TestLogoutRequestWithEncryptedName: the NameID may be encrypted for us, as in an assertion.
func TestLogoutRequestWithEncryptedName(t *testing.T) {
	f := newLogout(t, sloRedirect)
	doc := goodLogoutRequest().document(t)
	goodEncrypter(t).apply(t, doc.FindElement("//NameID"), "EncryptedID")
	goodSigner(f.pair).apply(t, doc.Root())
	request, err := f.ReadSignOut(t.Context(), postedMessage("SAMLRequest", write(t, doc)))
	if err != nil || request.Subject != "jane@corp.example" {
		t.Errorf("%+v, %v", request, err)
	}
}
