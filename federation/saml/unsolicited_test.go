package saml

import (
	"strings"
	"testing"
	"time"

	"portico/federation"
)

// unasked is a good reply to no request.
func unasked() reply {
	r := goodReply()
	r.responseAttrs = strings.Replace(r.responseAttrs, ` InResponseTo="`+requestID+`"`, "", 1)
	r.confirmation = strings.Replace(r.confirmation, `InResponseTo="`+requestID+`" `, "", 1)
	return r
}

func newUnsolicited(tb testing.TB) fixture {
	tb.Helper()
	pair := loadPair(tb, "provider")
	return fixture{withDetails(tb, metadataOf(pair), "IDPInit", "true"), pair}
}

func (f fixture) unasked(tb testing.TB, document string) (federation.Assertion, error) {
	tb.Helper()
	answer := answerTo(document)
	answer.Memory = federation.Memory{}
	return f.FinishUnsolicited(tb.Context(), answer)
}

func TestUnsolicitedResponse(t *testing.T) {
	f := newUnsolicited(t)
	for _, by := range []signedBy{byResponse, byAssertion, byBoth} {
		got, err := f.unasked(t, write(t, f.signed(t, unasked(), by)))
		if err != nil {
			t.Fatal(err)
		}
		wantJane(t, got)
	}
}

// TestAttackUnsolicited: IDPInit opens one door and moves no other.
func TestAttackUnsolicited(t *testing.T) {
	f := newUnsolicited(t)
	for name, c := range map[string]struct {
		change func(*reply)
		check  string
	}{
		"answer to a request, posted unasked": {func(r *reply) { *r = goodReply() }, checkInResponse},
		"stolen answer, stripped outside only": {func(r *reply) {
			*r = goodReply()
			r.responseAttrs = unasked().responseAttrs
		}, checkInResponse},
		"stolen answer, stripped inside only": {func(r *reply) {
			*r = goodReply()
			r.confirmation = unasked().confirmation
		}, checkInResponse},
		"nine minutes old": {func(r *reply) {
			r.assertionAttrs = strings.Replace(r.assertionAttrs, stamp(noon()), stamp(noon().Add(-9*time.Minute)), 1)
		}, checkIssued},
		"for another recipient": {func(r *reply) { r.confirmation = strings.Replace(r.confirmation, testACS, "https://other.example/", 1) }, checkRecipient},
		"for another audience":  {func(r *reply) { r.conditions = strings.Replace(r.conditions, testPool.EntityID(), "urn:other", 1) }, checkAudience},
	} {
		t.Run(name, func(t *testing.T) {
			r := unasked()
			c.change(&r)
			got, err := f.unasked(t, write(t, f.signed(t, r, byAssertion)))
			wantRefusal(t, got, err, c.check)
		})
	}
	got, err := f.unasked(t, write(t, unasked().document(t)))
	wantRefusal(t, got, err, checkUnsigned)
}

// TestIDPInitKeepsInResponseTo: with IDPInit on, an answer to a request of ours must still name it (a library's switch of
// this kind turned the check off for everything).
func TestIDPInitKeepsInResponseTo(t *testing.T) {
	f := newUnsolicited(t)
	wantJane(t, f.accepts(t, f.signed(t, goodReply(), byBoth)))
	f.refuses(t, f.signed(t, unasked(), byBoth), checkInResponse)
}

func TestUnsolicitedIsOffByDefault(t *testing.T) {
	f := newFixture(t)
	got, err := f.unasked(t, write(t, f.signed(t, unasked(), byBoth)))
	if refusal := wantRefusal(t, got, err, checkUnsolicit); refusal.Description != saidRelayState {
		t.Errorf("said %q", refusal.Description)
	}
}
