package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/notify"
)

// newRigByLink confirms accounts by a link.
func newRigByLink(t *testing.T) *rig {
	r := newRig(t)
	r.changed = func(stored *userpool.Declaration) {
		stored.Pool.VerificationMessageTemplate = &types.VerificationMessageTemplateType{
			DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink,
			EmailSubjectByLink: new("Welcome to Acme"), EmailMessageByLink: new("<p>Please {##confirm here##}.</p>"),
		}
	}
	r.restart(t)
	return r
}

// lastLink is the link of the latest e-mail.
func (r *rig) lastLink(t *testing.T) string {
	t.Helper()
	m := r.inbox.Messages()[0]
	if m.Kind != notify.SignUpLink || m.Subject != "Welcome to Acme" || !strings.Contains(m.HTML, ">confirm here</a>.") || !m.Code.Empty() {
		t.Fatalf("%s: %s\n%s", m.Kind, m.Subject, m.HTML)
	}
	return m.Link.Reveal()
}

// An account is confirmed by the link of an e-mail, in whatever browser it is opened; it signs nobody in there.
func TestConfirmByLink(t *testing.T) {
	r := newRigByLink(t)
	b := r.tab(t)
	b.signUpAt("link@acme.example").shows(t, http.StatusOK, "Check your email", "We sent a link to", "l•••@a•••.example", "It works for 24 hours.",
		"Open it and confirm there, then come back and sign in.", `href="/login?client_id=acmenotes&amp;nonce`)
	link := r.lastLink(t)
	u, err := url.Parse(link)
	if err != nil || u.Path != userpool.PathConfirmUser || u.Query().Get("client_id") != appID || len(u.Query().Get("confirmation_code")) != 32 {
		t.Fatalf("the link is %s", link)
	}
	phone := r.tab(t)
	phone.get(link).shows(t, http.StatusOK, "Confirm your email", "Press the button to confirm", "Acme Notes")
	phone.post(link, url.Values{"_csrf": {phone.csrf(acme)}}).shows(t, http.StatusOK, "Your email is confirmed", "Go back to the app and sign in.")
	phone.post(link, url.Values{"_csrf": {phone.csrf(acme)}}).shows(t, http.StatusOK, "Your email is confirmed") // pressed twice
	if phone.cookie(acme, sessionCookie) != "" {
		t.Error("the link signed somebody in")
	}
	b.signIn(acme, "link@acme.example", "Another-Lantern-9")
	user, err := r.db.UserByAlias(t.Context(), acmePool, userpool.AliasEmail, "link@acme.example")
	if err != nil || user.Attributes["email_verified"] != "true" {
		t.Errorf("the address is not verified: %v, %v", user.Attributes, err)
	}
}

// Mail servers and mail programs open every link they see, often more than once.
func TestAttackLinkPrefetchedByAMailServer(t *testing.T) {
	r := newRigByLink(t)
	b := r.tab(t)
	b.signUpAt("prefetch@acme.example")
	link := r.lastLink(t)
	for range 10 {
		r.tab(t).get(link).shows(t, http.StatusOK, "Press the button")
		request := newRequest(t, http.MethodHead, link, nil)
		if answer := r.serve(request); answer.StatusCode != http.StatusOK {
			t.Errorf("HEAD: status %d", answer.StatusCode)
		}
	}
	if user, err := r.db.UserByAlias(t.Context(), acmePool, userpool.AliasEmail, "prefetch@acme.example"); err == nil && user.Status != userpool.Unconfirmed {
		t.Error("opening the link confirmed the account")
	}
	person := r.tab(t)
	person.get(link)
	person.post(link, url.Values{"_csrf": {person.csrf(acme)}}).shows(t, http.StatusOK, "Your email is confirmed")
}

// A link is used once and by its own account; another site cannot have it pressed.
func TestAttackForgedConfirmationLink(t *testing.T) {
	r := newRigByLink(t)
	b := r.tab(t)
	b.signUpAt("first@acme.example")
	first := r.lastLink(t)
	b.signUpAt("second@acme.example")
	second := r.lastLink(t)
	mixed, _ := url.Parse(first)
	query := mixed.Query()
	other, _ := url.Parse(second)
	query.Set("confirmation_code", other.Query().Get("confirmation_code"))
	mixed.RawQuery = query.Encode()
	query.Set("user_name", "00000000-0000-4000-8000-000000000000")
	nobody := *mixed
	nobody.RawQuery = query.Encode()
	person := r.tab(t)
	person.get(first)
	for name, address := range map[string]string{"another's code": mixed.String(), "nobody's": nobody.String(), "cut short": first[:len(first)-1], "too long": first + strings.Repeat("0", 64)} {
		p := person.post(address, url.Values{"_csrf": {person.csrf(acme)}})
		if p.StatusCode != http.StatusBadRequest || !strings.Contains(p.body, "This link no longer works") || !strings.Contains(p.body, "Nothing was changed.") {
			t.Errorf("%s: status %d", name, p.StatusCode)
		}
	}
	person.post(first, url.Values{"_csrf": {"forged"}}).shows(t, http.StatusForbidden, "Nothing was changed.")
	evil := newRequest(t, http.MethodPost, first, url.Values{"_csrf": {person.csrf(acme)}})
	evil.Header.Set("Origin", "https://evil.example")
	evil.Header.Set("Cookie", csrfCookie+"="+person.csrf(acme))
	read(t, r.serve(evil)).shows(t, http.StatusForbidden, "Nothing was changed.")
	person.post(first, url.Values{"_csrf": {person.csrf(acme)}}).shows(t, http.StatusOK, "Your email is confirmed")
}

// Another link is not sent within half a minute, and the one that came keeps working.
func TestLinkIsNotSentAgainAtOnce(t *testing.T) {
	r := newRigByLink(t)
	b := r.tab(t)
	b.signUpAt("again@acme.example")
	before := r.lastLink(t)
	b.post(pageAt(userpool.PathResend), url.Values{"_csrf": {b.csrf(acme)}}).shows(t, http.StatusTooManyRequests, "We sent a link to", "You can ask again in")
	b.post(before, url.Values{"_csrf": {b.csrf(acme)}}).shows(t, http.StatusOK, "Your email is confirmed") // none was sent, so it works
}
