package directory_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
	"portico/userpool/directory"
	"portico/userpool/notify"
)

// noticed is where a notice went: "E-mail address", "number", or empty.
func (o *office) noticed(t *testing.T, user userpool.User, what notify.Kind) string {
	t.Helper()
	before := o.inbox.Count()
	o.Notify(t.Context(), o.pool, o.client, user, what)
	o.settle()
	if o.inbox.Count() == before {
		return ""
	}
	m := o.inbox.Messages()[0]
	if m.Kind != what || !m.Code.Empty() || o.inbox.Count() != before+1 {
		t.Errorf("%s was told as %s", what, m.Kind)
	}
	return m.To
}

// Notices go to what is verified, e-mail first; a change of the address is told to the old one, by e-mail alone.
func TestNoticesGoToWhatIsVerified(t *testing.T) {
	o := newOffice(t, nil)
	person := func(emailVerified, phoneVerified string) userpool.User {
		return userpool.User{Username: "ines", Attributes: map[string]string{
			"email": "ines@acme.example", "email_verified": emailVerified, "phone_number": "+351912555290", "phone_number_verified": phoneVerified,
		}}
	}
	if got := o.noticed(t, person("false", "true"), notify.PasskeyAdded); got != "" {
		t.Errorf("a server without text messages sent one to %s", got)
	}
	o.Texts = directory.TextLimits{PerHour: 3, Prefixes: []string{"+351"}}
	for _, c := range []struct {
		name string
		user userpool.User
		what notify.Kind
		want string
	}{
		{"both", person("true", "true"), notify.PasskeyRemoved, "ines@acme.example"},
		{"phone alone", person("false", "true"), notify.AuthenticatorAdded, "+351912555290"},
		{"neither", person("false", "false"), notify.PasswordChanged, ""},
		{"old address", person("true", "true"), notify.EmailChanged, "ines@acme.example"},
		{"old address was never verified", person("false", "true"), notify.EmailChanged, ""},
		{"a code is no notice", person("true", "true"), notify.SignUpCode, ""},
		{"nobody", userpool.User{}, notify.AccountDeleted, ""},
	} {
		if got := o.noticed(t, c.user, c.what); got != c.want {
			t.Errorf("%s: told to %q, want %q", c.name, got, c.want)
		}
	}
	o.Texts.Prefixes = []string{"+44"}
	if got := o.noticed(t, person("false", "true"), notify.PasskeyAdded); got != "" {
		t.Errorf("a text message left for %s", got)
	}
}

// An address gets its share of notices, and codes have a share of their own: nobody is kept from a code by notices.
func TestNoticesHaveAShare(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	user, err := o.Find(t.Context(), o.pool, "ines@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for range 30 {
		if o.noticed(t, user, notify.PasskeyAdded) != "" {
			sent++
		}
	}
	if sent != 20 {
		t.Errorf("%d notices in an hour, want 20", sent)
	}
	o.recover(t, "ines@acme.example")
}

// Where too much is under way a notice is left out, and what it was about is done all the same.
func TestNoticeIsLeftOutWhereTooMuchIsUnderWay(t *testing.T) {
	o := newOffice(t, nil)
	o.confirmedPerson(t, "ines@acme.example")
	user, _ := o.Find(t.Context(), o.pool, "ines@acme.example")
	for range cap(o.Later) {
		o.Later <- struct{}{}
	}
	before := o.inbox.Count()
	o.Notify(t.Context(), o.pool, nil, user, notify.PasswordChanged)
	for range cap(o.Later) {
		<-o.Later
	}
	o.settle()
	if o.inbox.Count() != before {
		t.Error("a notice was sent beyond the bound")
	}
}

// Whoever resets a password is told, in the operator's words where there are any.
func TestResetIsToldToTheOwner(t *testing.T) {
	o := newOffice(t, nil)
	o.Letters = notify.Texts{"Test": {notify.Default: {notify.PasswordChanged: {
		notify.PartSubject: "{app}: new password", notify.PartText: "For {username}",
	}}}}
	o.confirmedPerson(t, "ines@acme.example")
	code := o.recover(t, "ines@acme.example")
	if err := o.ConfirmForgot(t.Context(), o.pool, o.client, "ines@acme.example", code, "Another-Lantern-9"); err != nil {
		t.Fatal(err)
	}
	o.settle()
	m := o.inbox.Messages()[0]
	if m.Kind != notify.PasswordChanged || m.Subject != "Notes: new password" || m.Text != "For ines@acme.example\n" || m.To != "ines@acme.example" {
		t.Errorf("%s: %q, %q", m.Kind, m.Subject, m.Text)
	}
}

// A sign-up by link carries 128 random bits in place of a code, and its link names nobody.
func TestSignUpByLink(t *testing.T) {
	o := newOffice(t, func(d *userpool.Declaration) {
		d.Pool.VerificationMessageTemplate = &types.VerificationMessageTemplateType{DefaultEmailOption: types.DefaultEmailOptionTypeConfirmWithLink}
	})
	user, _ := o.join(t, "ines@acme.example")
	m := o.inbox.Messages()[0]
	link := m.Link.Reveal()
	if m.Kind != notify.SignUpLink || !m.Code.Empty() || !strings.HasPrefix(link, "http://localhost/confirmUser?client_id=client0001&confirmation_code=") || strings.Contains(link, "ines") {
		t.Fatalf("%s: %s", m.Kind, link)
	}
	_, code, _ := strings.Cut(link, "confirmation_code=")
	code, _, _ = strings.Cut(code, "&")
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code[:31]); err == nil {
		t.Error("a part of the code confirms")
	}
	*o.clock = o.clock.Add(directory.SignUpCodeLife() - time.Second)
	if _, err := o.ConfirmSignUp(t.Context(), o.pool, user.Sub, code); err != nil {
		t.Error(err)
	}
}
