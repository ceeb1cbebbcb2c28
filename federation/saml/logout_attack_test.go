package saml

import (
	"crypto/x509"
	"net/url"
	"strings"
	"testing"
	"time"

	"portico/federation"
	"portico/userpool"

	dsig "github.com/russellhaering/goxmldsig"
)

func certificatesOf(keys []userpool.SAMLKey) []*x509.Certificate {
	var certificates []*x509.Certificate
	for _, key := range keys {
		certificates = append(certificates, key.Certificate)
	}
	return certificates
}

// tell gives a message to whichever of the two functions it is for.
func (f fixture) tell(tb testing.TB, tag string, answer federation.Answer) error {
	tb.Helper()
	if tag == "LogoutResponse" {
		return f.FinishSignOut(tb.Context(), testBack, answer)
	}
	request, err := f.ReadSignOut(tb.Context(), answer)
	if err != nil && (request.Subject != "" || request.Spend.ID != "") {
		tb.Errorf("a refusal brings a request: %+v", request)
	}
	return err
}

func wantCheck(tb testing.TB, err error, check string) {
	tb.Helper()
	refusal, ok := federation.AsError(err)
	if !ok {
		tb.Fatalf("error %v, want a refusal by %q", err, check)
	}
	if refusal.Check != check {
		tb.Errorf("refused by %q (%v), want %q", refusal.Check, refusal.Cause, check)
	}
}

// logoutAttack is a message that the provider signs, wrong in one thing.
type logoutAttack struct {
	message func() logoutText
	spoil   func(*logoutText)
	check   string
}

func logoutAttacks() map[string]logoutAttack {
	replaced := func(old, fresh string) func(*logoutText) {
		return func(l *logoutText) {
			l.attrs, l.rest = strings.Replace(l.attrs, old, fresh, 1), strings.Replace(l.rest, old, fresh, 1)
		}
	}
	return map[string]logoutAttack{
		"answer: to another request":    {goodLogoutResponse, replaced(logoutID(testBack), logoutID("other")), checkInResponse},
		"answer: to no request":         {goodLogoutResponse, replaced("InResponseTo", "x"), checkInResponse},
		"answer: of another issuer":     {goodLogoutResponse, func(l *logoutText) { l.issuer = "https://other.example" }, checkIssuer},
		"answer: for somebody else":     {goodLogoutResponse, replaced(testSLO, "https://other.example/slo"), checkDest},
		"answer: for nobody":            {goodLogoutResponse, replaced("Destination", "x"), checkDest},
		"answer: old":                   {goodLogoutResponse, replaced(stamp(noon()), stamp(noon().Add(-8*time.Minute))), checkIssued},
		"answer: no":                    {goodLogoutResponse, replaced("Success", "Responder"), checkStatus},
		"answer: a request":             {goodLogoutResponse, func(l *logoutText) { l.tag = "LogoutRequest" }, checkShape},
		"request: of another issuer":    {goodLogoutRequest, func(l *logoutText) { l.issuer = "https://other.example" }, checkIssuer},
		"request: for somebody else":    {goodLogoutRequest, replaced(testSLO, testACS), checkDest},
		"request: for nobody":           {goodLogoutRequest, replaced("Destination", "x"), checkDest},
		"request: old":                  {goodLogoutRequest, replaced(stamp(noon()), stamp(noon().Add(-8*time.Minute))), checkIssued},
		"request: of tomorrow":          {goodLogoutRequest, replaced(stamp(noon()), stamp(noon().Add(24*time.Hour))), checkIssued},
		"request: expired":              {goodLogoutRequest, replaced(stamp(noon().Add(time.Minute)), stamp(noon().Add(-3*time.Minute))), checkExpired},
		"request: version 1.1":          {goodLogoutRequest, replaced(`"2.0"`, `"1.1"`), checkVersion},
		"request: without a name":       {goodLogoutRequest, replaced("<saml:NameID>jane@corp.example</saml:NameID>", ""), checkNameID},
		"request: with two names":       {goodLogoutRequest, replaced("<saml:NameID>", "<saml:NameID>root</saml:NameID><saml:NameID>"), checkNameID},
		"request: a comment in a name":  {goodLogoutRequest, replaced("jane@", "jane@<!-- -->"), checkShape},
		"request: too many sessions":    {goodLogoutRequest, replaced("<samlp:SessionIndex>", strings.Repeat("<samlp:SessionIndex>x</samlp:SessionIndex>", maxSessionIndexes)+"<samlp:SessionIndex>"), checkSize},
		"request: an assertion inside":  {goodLogoutRequest, replaced("<saml:NameID>", "<saml:Assertion/><saml:NameID>"), checkShape},
		"request: an ID given twice":    {goodLogoutRequest, replaced("<saml:NameID>", `<saml:NameID ID="_logout">`), checkShape},
		"request: an encrypted nothing": {goodLogoutRequest, replaced("<saml:NameID>jane@corp.example</saml:NameID>", "<saml:EncryptedID/>"), checkEncrypted},
	}
}

// try sends the message by both bindings.
func (c logoutAttack) try(tb testing.TB, f fixture) (byPost, byRedirect error) {
	tb.Helper()
	message := c.message()
	tag := message.tag
	c.spoil(&message)
	parameter := "SAML" + strings.TrimPrefix(tag, "Logout")
	post := message.byPost(tb, f.pair)
	post.Form[parameter] = post.Form[message.parameter()]
	query := signedQuery(tb, f.pair, parameter, packed(tb, write(tb, message.document(tb))), dsig.RSASHA256SignatureMethod)
	return f.tell(tb, tag, post), f.tell(tb, tag, redirected(query))
}

// TestAttackLogoutMessages: by both bindings.
func TestAttackLogoutMessages(t *testing.T) {
	f := newLogout(t, sloRedirect)
	for name, c := range logoutAttacks() {
		t.Run(name, func(t *testing.T) {
			byPost, byRedirect := c.try(t, f)
			wantCheck(t, byPost, c.check)
			wantCheck(t, byRedirect, c.check)
		})
	}
}

// TestAttackForgedLogout: nobody but the provider signs anybody out, or says that it has.
func TestAttackForgedLogout(t *testing.T) {
	f, stranger := newLogout(t, sloRedirect), loadPair(t, "stranger")
	for _, message := range []logoutText{goodLogoutRequest(), goodLogoutResponse()} {
		wantCheck(t, f.tell(t, message.tag, message.byPost(t, keyPair{})), checkUnsigned)
		wantCheck(t, f.tell(t, message.tag, message.byRedirect(t, keyPair{})), checkUnsigned)
		wantCheck(t, f.tell(t, message.tag, message.byPost(t, stranger)), checkSignature)
		wantCheck(t, f.tell(t, message.tag, message.byRedirect(t, stranger)), checkSignature)

		// Signed, and changed afterwards.
		doc := message.document(t)
		goodSigner(f.pair).apply(t, doc.Root())
		changed := strings.ReplaceAll(strings.ReplaceAll(write(t, doc), "jane@", "root@"), "Success", "success")
		wantCheck(t, f.tell(t, message.tag, postedMessage(message.parameter(), changed)), checkSignature)

		// Signed with a certificate of the sender's in KeyInfo.
		doc = message.document(t)
		with := goodSigner(stranger)
		with.keyInfo = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + stranger.base64DER() + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`
		with.apply(t, doc.Root())
		wantCheck(t, f.tell(t, message.tag, postedMessage(message.parameter(), write(t, doc))), checkSignature)
	}
}

// TestAttackRedirectSignature: ways to have the octets that were signed and those that are read differ.
func TestAttackRedirectSignature(t *testing.T) {
	f := newLogout(t, sloRedirect)
	good := goodLogoutRequest().byRedirect(t, f.pair).RawQuery
	evil := goodLogoutRequest()
	evil.rest = strings.Replace(evil.rest, "jane@", "root@", 1)
	evilValue := url.QueryEscape(packed(t, write(t, evil.document(t))))
	signature := good[strings.Index(good, "&Signature="):]
	doc := goodLogoutRequest().document(t)
	goodSigner(f.pair).apply(t, doc.Root())
	for name, c := range map[string]struct{ query, check string }{
		"another message":            {strings.Replace(good, "SAMLRequest=", "SAMLRequest="+evilValue+"&x=", 1), checkSignature},
		"the message twice":          {"SAMLRequest=" + evilValue + "&" + good, checkBinding},
		"the message twice, last":    {good + "&SAMLRequest=" + evilValue, checkBinding},
		"the message's name escaped": {"SAML%52equest=" + evilValue + "&" + good, ""},
		"another RelayState":         {strings.Replace(good, testBack, "other", 1), checkSignature},
		"no RelayState":              {strings.Replace(good, "&RelayState="+testBack, "", 1), checkSignature},
		"two RelayStates":            {good + "&RelayState=other", checkBinding},
		"no signature":               {strings.Replace(good, signature, "", 1), checkUnsigned},
		"an empty signature":         {strings.Replace(good, signature, "&Signature=", 1), checkUnsigned},
		"no algorithm":               {strings.Replace(good, "&SigAlg=", "&x=", 1), checkUnsigned},
		"rsa-sha1":                   {signedQuery(t, f.pair, "SAMLRequest", packed(t, write(t, goodLogoutRequest().document(t))), "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), checkSignature},
		"hmac-sha256":                {signedQuery(t, f.pair, "SAMLRequest", packed(t, write(t, goodLogoutRequest().document(t))), "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"), checkSignature},
		"not deflated":               {signedQuery(t, f.pair, "SAMLRequest", "PHg+", dsig.RSASHA256SignatureMethod), checkBase64},
		"not base64":                 {signedQuery(t, f.pair, "SAMLRequest", "%%%", dsig.RSASHA256SignatureMethod), checkBase64},
		"another encoding":           {good + "&SAMLEncoding=gzip", checkBinding},
		"signed inside as well":      {signedQuery(t, f.pair, "SAMLRequest", packed(t, write(t, doc)), dsig.RSASHA256SignatureMethod), checkShape},
		"a bomb":                     {"SAMLRequest=" + url.QueryEscape(packed(t, strings.Repeat("<a>", 1_000_000))), checkSize},
		"an answer":                  {strings.Replace(good, "SAMLRequest=", "SAMLResponse=", 1), checkSize},
		"nothing":                    {"", checkSize},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := f.ReadSignOut(t.Context(), redirected(c.query))
			if c.check == "" {
				if err != nil || request.Subject != "jane@corp.example" {
					t.Errorf("reads %q (%v) and not what was signed", request.Subject, err)
				}
				return
			}
			wantCheck(t, err, c.check)
		})
	}
}

// TestAttackLogoutRelayStateUnsigned: a RelayState whose name is escaped is none of the signed octets, so it is not sent on.
func TestAttackLogoutRelayStateUnsigned(t *testing.T) {
	f := newLogout(t, sloRedirect)
	request, err := f.ReadSignOut(t.Context(), redirected("Relay%53tate=evil&"+goodLogoutRequest().byRedirect(t, f.pair).RawQuery))
	if err != nil || request.State != testBack {
		t.Errorf("state %q, %v", request.State, err)
	}
}

// FuzzLogout: whatever comes is refused, or is what the provider signed.
func FuzzLogout(f *testing.F) {
	fixture := newLogout(f, sloRedirect)
	f.Add(goodLogoutRequest().byRedirect(f, fixture.pair).RawQuery)
	f.Add(goodLogoutResponse().byRedirect(f, fixture.pair).RawQuery)
	f.Fuzz(func(t *testing.T, query string) {
		request, err := fixture.ReadSignOut(t.Context(), redirected(query))
		if err == nil {
			if request.Subject != "jane@corp.example" || request.ID != "_logout" || request.State != testBack {
				t.Errorf("reads %+v", request)
			}
			return
		}
		if refusal, ok := federation.AsError(err); !ok || refusal.Check == checkPanic {
			t.Errorf("error %v", err)
		}
	})
}
